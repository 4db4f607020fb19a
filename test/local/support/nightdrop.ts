import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bareEnvironment } from '../../support/bare-environment.ts'

const root = join(import.meta.dirname, '../../..')

/** A folder of the test's own, which PostgreSQL's user may pass through. */
export async function openFolder() {
  const folder = await mkdtemp('/tmp/nightdrop-local-')
  await chmod(folder, 0o755)
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

export interface Started {
  process: ChildProcess
  /** What it wrote so far. */
  out(): string
  err(): string
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>
  /** Waits until standard output holds these words, or fails when the process ends before. */
  says(words: string): Promise<void>
}

/** Runs one of our programs with nothing in its environment but what is given. */
export function run(
  program: string,
  env: Record<string, string> = {},
  options: { detached?: boolean; ipc?: boolean; cwd?: string } = {},
): Started {
  const child = spawn(process.execPath, [join(root, program)], {
    cwd: options.cwd ?? root,
    env: { ...bareEnvironment(), ...env },
    detached: options.detached ?? false,
    stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
  })
  let out = ''
  let err = ''
  child.stdout?.on('data', chunk => {
    out += chunk
  })
  child.stderr?.on('data', chunk => {
    err += chunk
  })
  let over = false
  const ended = new Promise<number | string>(resolve => {
    // Not 'close': Node forgets it after a disconnect. What was said last may still be on its way.
    child.once('exit', (code, signal) => {
      over = true
      setTimeout(() => resolve(code ?? signal ?? 'unknown'), 100)
    })
  })
  return {
    process: child,
    out: () => out,
    err: () => err,
    ended,
    async says(words) {
      while (!out.includes(words)) {
        if (over) throw new Error(`It ended without saying "${words}": ${out}${err}`)
        await sleep(30)
      }
    },
  }
}

/** Starts everything on a data folder, on free ports, in a process group of its own. */
export const startAll = (data: string, env: Record<string, string> = {}): Started =>
  run(
    'local/start.ts',
    { DATA_DIR: data, API_PORT: '0', SFTP_PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'warn', ...env },
    { detached: true },
  )

/** Processes whose command line or environment names the folder: whatever was started on it. */
export async function processesOf(folder: string): Promise<{ pid: number; command: string }[]> {
  const found: { pid: number; command: string }[] = []
  for (const name of await readdir('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    const read = (what: string) => readFile(`/proc/${pid}/${what}`, 'utf8').catch(() => '')
    const command = (await read('cmdline')).replaceAll('\0', ' ')
    if (command.includes(folder) || (await read('environ')).includes(folder)) found.push({ pid, command })
  }
  return found
}

/** Waits until nothing runs on the folder, and answers what still does after so long. */
export async function leftOn(folder: string, seconds: number): Promise<string[]> {
  const until = Date.now() + seconds * 1_000
  let left = await processesOf(folder)
  while (left.length > 0 && Date.now() < until) {
    await sleep(100)
    left = await processesOf(folder)
  }
  return left.map(each => each.command)
}
