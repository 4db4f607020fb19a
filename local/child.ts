import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { StartFault } from '../core/operation/start-fault.ts'

/** A process of the stack. It ended by itself when `ended` resolves before `stop` was called. */
export interface Child extends AsyncDisposable {
  name: string
  pid: number
  /** What it said when it was ready, such as its addresses. */
  ready: Record<string, string>
  ended: Promise<number | string>
  stop(): Promise<void>
}

/** Compiled code of our own programs, which halves the time they take to start; a folder that only our owner writes. */
export const compileCache = fileURLToPath(new URL('../node_modules/.cache/nightdrop', import.meta.url))

/** Beyond what the process itself takes to finish what is in flight. */
const STOP_SECONDS = 20

/** A process that ended before it was ready; what it said stands on standard error already. */
export class ChildFailed extends StartFault {
  override readonly name = 'ChildFailed'
}

/**
 * Starts a program of ours and waits until it says that it is ready. It lives in a process group of its own, so that
 * Ctrl-C reaches only whoever started it, and ends by itself should that process be gone.
 */
export async function startChild(
  name: string,
  program: string,
  env: NodeJS.ProcessEnv,
  flags: readonly string[] = [],
  signal?: AbortSignal,
): Promise<Child> {
  const path = fileURLToPath(new URL(`../${program}`, import.meta.url))
  const child = spawn(process.execPath, [...flags, path], {
    env: { NODE_COMPILE_CACHE: compileCache, ...env },
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = new Promise<number | string>(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  const stop = async () => {
    child.kill('SIGTERM')
    const seconds = STOP_SECONDS + (Number(env['SHUTDOWN_SECONDS']) || 20)
    const late = setTimeout(() => child.kill('SIGKILL'), seconds * 1_000)
    await ended
    clearTimeout(late)
  }
  const end = () => child.kill('SIGTERM')
  signal?.addEventListener('abort', end, { once: true })
  const ready = await Promise.race([firstMessage(child), ended.then(() => undefined)])
  signal?.removeEventListener('abort', end)
  if (signal?.aborted) {
    await stop()
    signal.throwIfAborted()
  }
  if (!ready) throw new ChildFailed(`${name} ended before it was ready (${await ended}).`)
  return { name, pid: child.pid ?? 0, ready, ended, stop, [Symbol.asyncDispose]: stop }
}

const firstMessage = (child: ChildProcess) =>
  new Promise<Record<string, string>>(resolve => {
    child.once('message', message => {
      const said = message as { ready?: Record<string, string> }
      resolve(said.ready ?? (message as Record<string, string>))
    })
  })
