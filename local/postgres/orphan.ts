import { readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartFault } from '../../core/operation/start-fault.ts'

const STOP_SECONDS = 60

/**
 * A server whose parent was killed may still run on the folder; the folder's lock says that nobody needs it. Its file
 * may also be left over from a machine that went down, and name a process that is somebody else's by now: a server is
 * one whose working directory is the folder.
 */
export async function stopOrphan(folder: string): Promise<void> {
  const file = join(folder, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const pid = Number(text.split('\n')[0])
  const home = await realpath(folder)
  const runs = async () => pid > 1 && (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === home
  if (await runs()) process.kill(pid, 'SIGINT')
  for (let waited = 0; await runs(); waited += 100) {
    if (waited >= STOP_SECONDS * 1_000)
      throw new StartFault(`A PostgreSQL from before (process ${pid}) still runs on ${folder}: end it first.`)
    if (waited === STOP_SECONDS * 500) process.kill(pid, 'SIGQUIT')
    await sleep(100)
  }
  await rm(file, { force: true })
}
