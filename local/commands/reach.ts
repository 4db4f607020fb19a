import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type ConfigOf, readConfig } from '../../core/config/process-config.ts'
import { StartFault } from '../../core/operation/start-fault.ts'
import { openVault } from '../../core/vault/open-vault.ts'
import type { Vault } from '../../core/vault/vault.ts'
import { type Database, openDatabase } from '../../db/db.ts'
import { migrateDatabase } from '../../db/migrate-database.ts'
import { FolderInUse, lockFolder } from '../data-folder/lock.ts'
import { type RunningRecord, readRunning } from '../data-folder/running.ts'
import { plannedEnvironment, startEmbedded } from '../embedded.ts'

/** What a command works on. */
export interface Reached extends AsyncDisposable {
  config: ConfigOf<'api'>
  /** As the processes have it, with what is embedded filled in. */
  env: Readonly<Record<string, string | undefined>>
  /** Where the running stack of the data folder answers; none when it does not run, or is not embedded. */
  running: RunningRecord | undefined
  database: Database
  vault: Vault
}

/** How long a data folder may be somebody else's: another command's, or that of a stack that starts or ends. */
const PATIENCE_MS = 10_000

/**
 * Reaches what the environment names. What it does not name is embedded: that of the running `npm start` on the same
 * DATA_DIR where there is one, else started for as long as the command takes.
 */
export async function reach(env: NodeJS.ProcessEnv, note: (words: string) => void): Promise<Reached> {
  const parts = new AsyncDisposableStack()
  try {
    const { filled, running } = await fill(env, parts, note)
    // The AWS SDK looks for its credentials in the environment of the process.
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_SESSION_TOKEN'])
      if (filled[name] === undefined) delete env[name]
      else env[name] = filled[name]
    const config = readConfig('api', filled)
    const database = parts.use(
      openDatabase(config.DATABASE_URL, { applicationName: 'nightdrop-command', max: 4 }),
    )
    const vault = openVault(config)
    parts.defer(() => vault.bucket.close())
    return {
      config,
      env: filled,
      running,
      database,
      vault,
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    }
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}

type Variables = Record<string, string | undefined>

async function fill(
  env: Variables,
  parts: AsyncDisposableStack,
  note: (words: string) => void,
): Promise<{ filled: Variables; running?: RunningRecord }> {
  if (isSet(env, 'DATABASE_URL') && isSet(env, 'S3_BUCKET')) return { filled: { ...env } }
  // What is wrong is said before anything is started.
  readConfig('start', plannedEnvironment(env).planned)
  const folder = resolve(env['DATA_DIR'] || './data')
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      parts.use(await lockFolder(folder))
      break
    } catch (error) {
      if (!(error instanceof FolderInUse)) throw error
      const running = await readRunning(folder)
      if (running) return { filled: withRunning(env, running, folder), running }
      if (performance.now() > until)
        throw new StartFault(`Another process uses ${folder} and does not say where it answers: try again.`)
      await pause(200)
    }
  }
  note(`Nightdrop does not run on ${folder}: what is embedded there is started for this command.`)
  const { filled } = await startEmbedded(env, folder, parts)
  const { MIGRATE_ON_START, DATABASE_OWNER_URL } = readConfig('start', filled)
  if (MIGRATE_ON_START) await migrateDatabase(DATABASE_OWNER_URL)
  return { filled }
}

/** What a stack that runs on the folder works on: a command must not act on another than the environment names. */
const NAMED = ['DATABASE_URL', 'DATABASE_OWNER_URL', 'S3_BUCKET', 'S3_ENDPOINT', 'MASTER_KEY']

function withRunning(env: Variables, running: RunningRecord, folder: string): Variables {
  const other = NAMED.filter(
    name => isSet(env, name) && isSet(running.env, name) && env[name] !== running.env[name],
  )
  if (other.length > 0)
    throw new StartFault(
      `What runs on ${folder} has its own ${other.join(', ')}, which the environment says otherwise: unset them to work on what runs there, or name all of another system (DATABASE_URL and S3_BUCKET at least).`,
    )
  return { ...env, ...running.env }
}

const isSet = (env: Variables, name: string) => Boolean(env[name]?.trim() || env[`${name}_FILE`]?.trim())
