import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { StartFault } from '../../core/operation/start-fault.ts'
import type { Binaries } from './binaries.ts'
import { runProgram } from './run-program.ts'

export const SUPERUSER = 'nightdrop_superuser'

type User = { uid: number; gid: number }

/** Makes the folder once. It gets its name when it is whole, so that a start cut short is begun anew by the next. */
export async function initialise(
  binaries: Binaries,
  { folder, password, durable }: { folder: string; password: string; durable: boolean },
  user?: User,
): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    throw new StartFault(`PostgreSQL's folder ${folder} cannot be read: ${error.code ?? error.message}.`, {
      cause: error,
    })
  })
  if (found.includes('PG_VERSION')) return
  if (found.length > 0)
    throw new StartFault(`${folder} holds files that are no PostgreSQL's: choose another DATA_DIR.`)
  const draft = `${folder}.new`
  const passwordFile = `${folder}.password`
  await rm(draft, { recursive: true, force: true })
  await rm(passwordFile, { force: true })
  await mkdir(draft, { recursive: true, mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (user) for (const path of [draft, passwordFile]) await chown(path, user.uid, user.gid)
  const flags = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`]
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const sync = durable ? [] : ['--no-sync']
  try {
    await runProgram(binaries.initdb, [`--pgdata=${draft}`, ...sync, ...flags, ...locale], user)
    await rename(draft, folder)
  } catch (cause) {
    await rm(draft, { recursive: true, force: true })
    const why = cause instanceof Error ? cause.message : String(cause)
    const who = user ? ', as the user postgres, who must be able to reach it and this project’s folder' : ''
    throw new StartFault(
      `PostgreSQL could not make its folder ${folder}${who} (another DATA_DIR may be). ${why}`,
      { cause },
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
}
