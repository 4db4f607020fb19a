import { spawn } from 'node:child_process'
import { chown, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { type Binaries, findBinaries, unprivilegedUser } from './binaries.ts'
import { runProgram } from './run-program.ts'

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
  close(): Promise<void>
}

const SUPERUSER = 'nightdrop_superuser'

/** Starts PostgreSQL on 127.0.0.1, in a process group of its own so that Ctrl-C in the terminal does not end it first. */
export async function startPostgres(options: ServerOptions): Promise<PostgresServer> {
  const binaries = await findBinaries()
  const user = unprivilegedUser()
  await initialise(binaries, options, user)
  await stopOrphan(binaries, options.folder, user)
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
  const child = spawn(binaries.postgres, ['-D', options.folder, '-p', String(options.port), ...flags], {
    ...user,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', chunk => {
    said = (said + chunk).slice(-4_000)
  })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const superuserUrl = (database: string) =>
    `postgres://${SUPERUSER}:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/${database}`
  await answers(superuserUrl('postgres'), () => (child.exitCode === null ? undefined : said))
  const close = async () => {
    // SIGINT is PostgreSQL's fast shutdown: connections are ended, everything committed is kept.
    child.kill('SIGINT')
    await ended
  }
  return { superuserUrl, close, [Symbol.asyncDispose]: close }
}

async function initialise(binaries: Binaries, options: ServerOptions, user?: { uid: number; gid: number }) {
  if (await stat(join(options.folder, 'PG_VERSION')).catch(() => undefined)) return
  await rm(options.folder, { recursive: true, force: true })
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  if (user) await chown(options.folder, user.uid, user.gid)
  const passwordFile = `${options.folder}.password`
  await writeFile(passwordFile, options.password, { mode: 0o600 })
  if (user) await chown(passwordFile, user.uid, user.gid)
  const flags = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`]
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  try {
    await runProgram(binaries.initdb, [`--pgdata=${options.folder}`, '--no-sync', ...flags, ...locale], user)
  } catch (cause) {
    await rm(options.folder, { recursive: true, force: true })
    throw new Error(
      `PostgreSQL could not make its folder ${options.folder}${user ? ' as the user postgres, who must be able to reach it (choose another DATA_DIR)' : ''}.`,
      { cause },
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/** A server whose parent was killed still runs on the folder; the lock says that nobody needs it. */
async function stopOrphan(binaries: Binaries, folder: string, user?: { uid: number; gid: number }) {
  if (!(await stat(join(folder, 'postmaster.pid')).catch(() => undefined))) return
  await runProgram(binaries.pg_ctl, ['stop', '-D', folder, '-m', 'fast', '-w'], user).catch(() => {})
}

async function answers(url: string, failure: () => string | undefined): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const said = failure()
    if (said !== undefined) throw new Error(`PostgreSQL ended while starting: ${said.trim()}`)
    const client = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 5 })
    try {
      await client`select 1`
      return
    } catch {
      await sleep(50)
    } finally {
      await client.end({ timeout: 1 })
    }
  }
  throw new Error('PostgreSQL did not answer within 30 s.')
}
