import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where a running stack answers, for commands on the same data folder. */
export interface RunningRecord {
  /** What was filled in where the environment named nothing; undefined where it was taken away. */
  env: Record<string, string | undefined>
  /** `http://…/graphql` */
  api: string
  /** `host:port` */
  sftp: string
  /** Address of each process's health, readiness, version and metrics. */
  status: Record<string, string>
}

/** Named by their files instead: the master key is backed up apart from whatever else stands in the folder. */
const kept: Record<string, string> = { MASTER_KEY: 'master-key', STAFF_TOKEN: 'staff-token' }

const fileIn = (folder: string) => join(folder, 'running.json')

/** The caller holds the folder's lock, and tells once everything answers. */
export async function tellRunning(folder: string, record: RunningRecord): Promise<AsyncDisposable> {
  const env = Object.entries(record.env).flatMap(([name, value]) => {
    const file = kept[name]
    if (file === undefined) return [[name, value ?? null] as const]
    return [[`${name}_FILE`, join(folder, file)] as const, [name, null] as const]
  })
  const text = JSON.stringify({ ...record, env: Object.fromEntries(env) })
  await writeFile(fileIn(folder), `${text}\n`, { mode: 0o600 })
  return { [Symbol.asyncDispose]: () => forgetRunning(folder) }
}

/** What a killed process left says nothing of whoever holds the folder now. */
export const forgetRunning = (folder: string): Promise<void> => rm(fileIn(folder), { force: true })

/** None while the folder's holder has not said; only to be asked while another process holds the folder. */
export async function readRunning(folder: string): Promise<RunningRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(fileIn(folder), 'utf8')) as RunningRecord
    const env = Object.entries(record.env).map(([name, value]) => [name, value ?? undefined])
    return { ...record, env: Object.fromEntries(env) }
  } catch (error) {
    // Not there, or being written at this moment.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
