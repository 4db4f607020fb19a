import { join, resolve } from 'node:path'
import { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { startChild } from './child.ts'
import { keptSecrets } from './data-folder/secrets.ts'
import { freePort } from './free-port.ts'
import { bootstrapDatabase } from './postgres/bootstrap.ts'
import { startPostgres } from './postgres/server.ts'

type Variables = Record<string, string | undefined>

/**
 * Starts whatever the environment does not name: PostgreSQL when there is no DATABASE_URL, the object store when
 * there is no S3_BUCKET. Answers the environment for the other processes; `parts` ends with what was started.
 */
export async function startEmbedded(
  env: Variables,
  folder: string,
  parts: AsyncDisposableStack,
): Promise<Variables> {
  const secrets = await keptSecrets(folder)
  const filled: Variables = { ...env, DATA_DIR: folder }
  const fill = (name: string, value: string) => {
    if (!env[name] && !env[`${name}_FILE`]) filled[name] = value
  }
  fill('STAFF_TOKEN', secrets.staffToken)
  if (!isSet(env, 'DATABASE_URL')) {
    Object.assign(filled, await embeddedPostgres(folder, secrets.databasePassword, parts))
    fill('MASTER_KEY', secrets.masterKey)
    if (!env['SFTP_HOST_KEY_FILE']) fill('SFTP_HOST_KEY_FOLDER', join(folder, 'host-keys'))
    if (secrets.made.includes('master-key') && !isSet(env, 'MASTER_KEY'))
      process.stderr.write(
        `A master key was made: ${join(folder, 'master-key')}\nBack it up now, apart from the database: without it no recording and no file can ever be read again.\n`,
      )
  }
  if (!isSet(env, 'S3_BUCKET'))
    Object.assign(filled, await embeddedObjectStore(folder, secrets.objectStoreKey, parts))
  return filled
}

async function embeddedPostgres(
  folder: string,
  password: string,
  parts: AsyncDisposableStack,
): Promise<Variables> {
  const server = parts.use(
    await startPostgres({
      folder: resolve(folder, 'postgres'),
      port: await freePort(),
      password,
      durable: true,
    }),
  )
  const logins = await bootstrapDatabase(server.superuserUrl('postgres'), 'nightdrop', password)
  return { DATABASE_URL: logins.databaseUrl, DATABASE_OWNER_URL: logins.ownerUrl }
}

async function embeddedObjectStore(
  folder: string,
  key: string,
  parts: AsyncDisposableStack,
): Promise<Variables> {
  const credentials = { AWS_ACCESS_KEY_ID: 'nightdrop', AWS_SECRET_ACCESS_KEY: key }
  const child = parts.use(
    await startChild('object store', 'local/object-store/main.ts', {
      OBJECT_STORE_FOLDER: resolve(folder, 'objects'),
      OBJECT_STORE_ACCESS_KEY: credentials.AWS_ACCESS_KEY_ID,
      OBJECT_STORE_SECRET_KEY: credentials.AWS_SECRET_ACCESS_KEY,
    }),
  )
  const endpoint = child.ready['endpoint'] ?? ''
  await makeBucket(endpoint, 'nightdrop', { accessKeyId: 'nightdrop', secretAccessKey: key })
  return { ...credentials, S3_BUCKET: 'nightdrop', S3_ENDPOINT: endpoint }
}

async function makeBucket(
  endpoint: string,
  bucket: string,
  credentials: { accessKeyId: string; secretAccessKey: string },
): Promise<void> {
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error
  } finally {
    client.destroy()
  }
}

const isSet = (env: Variables, name: string) => Boolean(env[name] || env[`${name}_FILE`])
