import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { StartFault } from '../../core/operation/start-fault.ts'
import { findBinaries, unprivilegedUser } from './binaries.ts'
import { initialise, SUPERUSER } from './initialise.ts'
import { stopOrphan } from './orphan.ts'

export interface ServerOptions {
  /** Made when there is none. One process at a time: the caller holds the data folder's lock. */
  folder: string
  port: number
  password: string
  /** false for tests alone: a crash of the machine may then lose what was committed. */
  durable: boolean
  /** Further settings, such as `shared_buffers`. */
  settings?: Record<string, string>
}

export interface PostgresServer extends AsyncDisposable {
  /** As superuser, for the bootstrap alone. */
  superuserUrl(database: string): string
  /** The server is gone: by `close`, or by itself when this resolves before. */
  ended: Promise<void>
  close(): Promise<void>
}

/**
 * Waits in the background for a word on descriptor 3, and for PostgreSQL, which takes this shell's place: when the
 * descriptor closes without a word, whoever started the server is gone, and the server ends as well.
 */
const UNTIL_PARENT_IS_GONE = `( (read word <&3 || kill -INT $$ 2>/dev/null) >/dev/null 2>&1 & ); exec "$@" 3<&-`

const STOP_SECONDS = 30

/** Starts PostgreSQL on 127.0.0.1, in a process group of its own so that Ctrl-C in the terminal does not end it first. */
export async function startPostgres(given: ServerOptions): Promise<PostgresServer> {
  const options = { ...given, folder: resolve(given.folder) }
  const binaries = await findBinaries()
  const user = unprivilegedUser()
  await initialise(binaries, options, user)
  await stopOrphan(options.folder)
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '256MB',
    max_wal_size: '4GB',
    timezone: 'UTC',
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = [binaries.postgres, '-D', options.folder, '-p', String(options.port), ...flags]
  const child = spawn('/bin/sh', ['-c', UNTIL_PARENT_IS_GONE, 'sh', ...command], {
    ...user,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const said = lastWords(child)
  const ended = new Promise<void>(done => {
    child.once('error', () => done())
    child.once('exit', () => {
      // The one in the background need not wait any more; and what the server said last may still be on its way.
      const guard = child.stdio[3]
      if (guard && 'end' in guard) guard.on('error', () => {}).end('done\n')
      setTimeout(done, 50)
    })
  })
  const close = () => stop(child, ended)
  const superuserUrl = (database: string) =>
    `postgres://${SUPERUSER}:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/${database}`
  try {
    let gone = false
    void ended.then(() => {
      gone = true
    })
    await answers(superuserUrl('postgres'), options.folder, () => (gone ? said() : undefined))
  } catch (error) {
    await close()
    throw error
  }
  return { superuserUrl, ended, close, [Symbol.asyncDispose]: close }
}

/** SIGINT is PostgreSQL's fast shutdown: connections are ended, everything committed is kept. SIGQUIT recovers later. */
async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGINT')
  const late = setTimeout(() => child.kill('SIGQUIT'), STOP_SECONDS * 1_000)
  await ended
  clearTimeout(late)
}

function lastWords(child: ChildProcess): () => string {
  let said = ''
  child.stderr?.on('data', chunk => {
    said = (said + chunk).slice(-4_000)
  })
  child.once('error', error => {
    said += error.message
  })
  return () => said.trim()
}

/** A server that recovers from a crash says so and gets the time it needs; one that says nothing gets 30 s. */
async function answers(url: string, folder: string, failure: () => string | undefined): Promise<void> {
  let patience = Date.now() + 30_000
  while (Date.now() < patience) {
    const said = failure()
    if (said !== undefined) throw new StartFault(`PostgreSQL ended while starting on ${folder}:\n${said}`)
    const client = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 5 })
    try {
      await client`select 1`
      return
    } catch (error) {
      const code = (error as { code?: string }).code
      if (code === '28P01')
        throw new StartFault(
          `The password kept for PostgreSQL does not open ${folder}: the file database-password beside it belongs to another database.`,
        )
      if (code === '57P03') patience = Date.now() + 30_000
      await sleep(50)
    } finally {
      await client.end({ timeout: 1 })
    }
  }
  throw new StartFault(`PostgreSQL on ${folder} did not answer within 30 s.`)
}
