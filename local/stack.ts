import { resolve } from 'node:path'
import { readConfig } from '../core/config/process-config.ts'
import { migrateDatabase } from '../db/migrate-database.ts'
import { type Child, startChild } from './child.ts'
import { lockFolder } from './data-folder/lock.ts'
import { forgetRunning, tellRunning } from './data-folder/running.ts'
import { startEmbedded } from './embedded.ts'

export interface Stack extends AsyncDisposable {
  /** `http://…/graphql` */
  api: string
  /** `host:port` */
  sftp: string
  /** Address of each process's health, readiness, version and metrics. */
  status: Record<string, string>
  /** What the processes were started with; secrets in it. */
  env: Record<string, string | undefined>
  /** The first part that ended by itself. */
  lost: Promise<string>
}

/**
 * Everything on one machine: what is missing of PostgreSQL and S3 is embedded, then migrations, sftp, worker and api,
 * each a process of its own. They end in the opposite order.
 */
export async function startStack(
  env: Record<string, string | undefined>,
  signal?: AbortSignal,
): Promise<Stack> {
  const parts = new AsyncDisposableStack()
  try {
    const folder = resolve(env['DATA_DIR'] || './data')
    parts.use(await lockFolder(folder))
    await forgetRunning(folder)
    signal?.throwIfAborted()
    const { filled, ended } = await startEmbedded(env, folder, parts)
    const config = readConfig('start', filled)
    signal?.throwIfAborted()
    if (config.MIGRATE_ON_START) await migrateDatabase(config.DATABASE_OWNER_URL)
    const children: Child[] = []
    const start = async (name: string, program: string, extra: Record<string, string | undefined> = {}) => {
      const child = parts.use(await startChild(name, program, { ...filled, ...extra }, flagsOf[name], signal))
      children.push(child)
      return child
    }
    const sftp = await start('sftp', 'sftp/main.ts')
    const worker = await start('worker', 'worker/main.ts')
    const api = await start('api', 'api/node.ts', { SFTP_PORT: sftp.ready['sftp']?.split(':').at(-1) })
    const addresses = {
      api: api.ready['api'] ?? '',
      sftp: sftp.ready['sftp'] ?? '',
      status: Object.fromEntries([api, sftp, worker].map(child => [child.name, child.ready['status'] ?? ''])),
    }
    const added = Object.entries(filled).filter(([name, value]) => value !== env[name])
    parts.use(await tellRunning(folder, { env: Object.fromEntries(added), ...addresses }))
    return {
      ...addresses,
      env: filled,
      lost: Promise.race([
        ...ended,
        ...children.map(async child => `${child.name} ended (${await child.ended})`),
      ]),
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    }
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}

/** As package.json's scripts have them: uploads make short-lived garbage, which a large young heap would let pile up. */
const flagsOf: Record<string, readonly string[]> = { sftp: ['--max-semi-space-size=1'] }
