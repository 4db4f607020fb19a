import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { ConfigFault } from '../core/config/read-environment.ts'
import { StartFault } from '../core/operation/start-fault.ts'
import { startChild } from './child.ts'
import { keptSecrets } from './data-folder/secrets.ts'
import { freePort } from './free-port.ts'
import { bootstrapDatabase } from './postgres/bootstrap.ts'
import { startPostgres } from './postgres/server.ts'

type Variables = Record<string, string | undefined>

/** The environment for the other processes, and the ends of what was started, each with its name. */
interface Embedded {
  filled: Variables
  ended: Promise<string>[]
}

/**
 * Starts whatever the environment does not name: PostgreSQL when there is no DATABASE_URL, the object store when
 * there is no S3_BUCKET. `parts` ends with what was started.
 */
export async function startEmbedded(
  env: Variables,
  folder: string,
  parts: AsyncDisposableStack,
): Promise<Embedded> {
  refuseHalves(env)
  const kept = await readdir(folder)
  const secrets = await keptSecrets(folder)
  const filled: Variables = { ...env, DATA_DIR: folder }
  const ended: Promise<string>[] = []
  const fill = (name: string, value: string) => {
    if (!isSet(env, name)) filled[name] = value
  }
  fill('STAFF_TOKEN', secrets.staffToken)
  if (!isSet(env, 'DATABASE_URL')) {
    if (secrets.made.includes('master-key') && !isSet(env, 'MASTER_KEY')) {
      if (kept.includes('postgres')) await refuseLostKey(folder)
      process.stderr.write(
        `A master key was made: ${join(folder, 'master-key')}\nBack it up now, apart from the database: without it no recording and no file can ever be read again.\n`,
      )
    }
    Object.assign(filled, await embeddedPostgres(folder, secrets.databasePassword, parts, ended))
    fill('MASTER_KEY', secrets.masterKey)
    if (!isSet(env, 'SFTP_HOST_KEY_FILE')) fill('SFTP_HOST_KEY_FOLDER', join(folder, 'host-keys'))
  }
  if (!isSet(env, 'S3_BUCKET'))
    Object.assign(filled, await embeddedObjectStore(folder, secrets.objectStoreKey, parts, ended))
  return { filled, ended }
}

/** What `startEmbedded` would fill in, without starting it: stand-ins of the right form, and their names. */
export function plannedEnvironment(env: Variables): { planned: Variables; embedded: string[] } {
  refuseHalves(env)
  const standIns = {
    ...(isSet(env, 'DATABASE_URL') ? {} : embeddedDatabase),
    ...(isSet(env, 'S3_BUCKET') ? {} : { S3_BUCKET: 'nightdrop', S3_ENDPOINT: 'http://127.0.0.1' }),
  }
  const embedded = Object.keys(standIns).filter(name => !isSet(env, name))
  const filling = Object.entries(standIns).filter(([name]) => embedded.includes(name))
  return { planned: { ...env, ...Object.fromEntries(filling) }, embedded }
}

const embeddedDatabase = {
  DATABASE_URL: 'postgres://127.0.0.1',
  DATABASE_OWNER_URL: 'postgres://127.0.0.1',
  MASTER_KEY: '0'.repeat(64),
  SFTP_HOST_KEY_FOLDER: 'host-keys',
}

/** Half a setting is a slip: to embed the rest in silence would put the data where nobody looks for it. */
function refuseHalves(env: Variables): void {
  const faults = [
    ['DATABASE_OWNER_URL', 'DATABASE_URL'],
    ['S3_ENDPOINT', 'S3_BUCKET'],
  ].flatMap(([half = '', whole = '']) =>
    isSet(env, half) && !isSet(env, whole)
      ? [`${half} is set and ${whole} is not: set both, or neither.`]
      : [],
  )
  if (faults.length > 0) throw new ConfigFault(faults)
}

async function refuseLostKey(folder: string): Promise<never> {
  await rm(join(folder, 'master-key'))
  throw new StartFault(
    `The master key is gone: ${join(folder, 'master-key')}\nThe database in ${folder} was made with one, and nothing in it can be read with another. Bring it back from its backup, or set MASTER_KEY.`,
  )
}

async function embeddedPostgres(
  folder: string,
  password: string,
  parts: AsyncDisposableStack,
  ended: Promise<string>[],
): Promise<Variables> {
  const server = parts.use(
    await startPostgres({
      folder: resolve(folder, 'postgres'),
      port: await freePort(),
      password,
      durable: true,
    }),
  )
  ended.push(server.ended.then(() => 'PostgreSQL ended'))
  const logins = await bootstrapDatabase(server.superuserUrl('postgres'), 'nightdrop', password)
  return { DATABASE_URL: logins.databaseUrl, DATABASE_OWNER_URL: logins.ownerUrl }
}

async function embeddedObjectStore(
  folder: string,
  key: string,
  parts: AsyncDisposableStack,
  ended: Promise<string>[],
): Promise<Variables> {
  const credentials = { AWS_ACCESS_KEY_ID: 'nightdrop', AWS_SECRET_ACCESS_KEY: key }
  const child = parts.use(
    await startChild('object store', 'local/object-store/main.ts', {
      OBJECT_STORE_FOLDER: resolve(folder, 'objects'),
      OBJECT_STORE_ACCESS_KEY: credentials.AWS_ACCESS_KEY_ID,
      OBJECT_STORE_SECRET_KEY: credentials.AWS_SECRET_ACCESS_KEY,
    }),
  )
  ended.push(child.ended.then(how => `object store ended (${how})`))
  const endpoint = child.ready['endpoint'] ?? ''
  await makeBucket(endpoint, 'nightdrop', { accessKeyId: 'nightdrop', secretAccessKey: key })
  // A profile or a session of the machine's own would go before these credentials, or beside them.
  const others = { AWS_PROFILE: undefined, AWS_SESSION_TOKEN: undefined }
  return { ...credentials, ...others, S3_BUCKET: 'nightdrop', S3_ENDPOINT: endpoint }
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

const isSet = (env: Variables, name: string) => Boolean(env[name]?.trim() || env[`${name}_FILE`]?.trim())
