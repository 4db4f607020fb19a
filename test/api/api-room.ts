import { randomBytes } from 'node:crypto'
import { composeApi } from '../../api/compose.ts'
import type { Role } from '../../core/access/roles.ts'
import { createToken } from '../../core/access/tokens.ts'
import { readConfig } from '../../core/config/process-config.ts'
import { localMasterKeys } from '../../core/vault/master-keys.ts'
import { createVault } from '../../core/vault/vault.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import { memoryBucket } from '../core/vault/memory-bucket.ts'
import { createTestDatabase } from '../support/database.ts'
import { silentLog } from '../support/silent-log.ts'

export interface Answer {
  // biome-ignore lint: tests look into answers of any shape
  data?: Record<string, never> | null
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[]
}

export const STAFF_TOKEN = 'ndt_staff-token-of-the-tests'

/** The API's handler on a database of the file's own, with a bucket in memory. */
export async function openApiRoom(options: { clock?: () => Date; env?: Record<string, string> } = {}) {
  const db = await createTestDatabase({ max: 10 })
  const masterKey = randomBytes(32)
  const vault = createVault({ bucket: memoryBucket(), master: localMasterKeys(masterKey) })
  const config = readConfig('api', {
    DATABASE_URL: db.databaseUrl,
    S3_BUCKET: 'none',
    MASTER_KEY: masterKey.toString('hex'),
    STAFF_TOKEN,
    PUBLIC_URL: 'http://api.test',
    SFTP_PUBLIC_HOST: 'sftp.test',
    API_PORT: '0',
    METRICS_PORT: '0',
    ...options.env,
  })
  const overrides = {
    database: db.database,
    vault,
    log: silentLog(),
    ...(options.clock ? { clock: options.clock } : {}),
  }
  const api = await composeApi(config, undefined, overrides)

  const post = (body: unknown, token?: string, headers: Record<string, string> = {}) =>
    api.handler(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    )

  return {
    db,
    database: db.database,
    vault,
    config,
    overrides,
    handler: api.handler,
    api,
    post,
    /** The whole answer to an operation. */
    async ask(token: string | undefined, query: string, variables: Record<string, unknown> = {}) {
      const response = await post({ query, variables }, token)
      return (await response.json()) as Answer
    },
    /** The data of an operation that must succeed. */
    async data<T = Record<string, unknown>>(
      token: string,
      query: string,
      variables: Record<string, unknown> = {},
    ): Promise<T> {
      const answer = await this.ask(token, query, variables)
      if (answer.errors) throw new Error(JSON.stringify(answer.errors))
      return answer.data as T
    },
    /** A tenant with the vault's key and a token of each role. */
    async tenant(name: string) {
      const { createTenant } = await this.data<{
        createTenant: { tenant: { id: string }; adminToken: { token: string } }
      }>(
        STAFF_TOKEN,
        'mutation ($input: CreateTenantInput!) { createTenant(input: $input) { tenant { id } adminToken { token } } }',
        { input: { name, slug: `${name.toLowerCase()}-${randomBytes(4).toString('hex')}` } },
      )
      const id = createTenant.tenant.id
      const tenantId = Buffer.from(id, 'base64url').toString().split(':')[1] as string
      const make = async (role: Exclude<Role, 'STAFF'>) => {
        const made = await db.database.asTenant(tenantId, tx =>
          createToken(tx, tenantId, { name: role.toLowerCase(), role }, new Date()),
        )
        return made.token
      }
      return {
        id,
        tenantId,
        ADMIN: createTenant.adminToken.token,
        READER: await make('READER'),
        INTEGRATION: await make('INTEGRATION'),
      }
    },
    nodeId: encodeNodeId,
    async [Symbol.asyncDispose]() {
      api.drain()
      await api[Symbol.asyncDispose]()
      await db[Symbol.asyncDispose]()
    },
  }
}

export type ApiRoom = Awaited<ReturnType<typeof openApiRoom>>
