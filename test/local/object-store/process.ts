import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { credentials } from './support.ts'

const main = fileURLToPath(new URL('../../../local/object-store/main.ts', import.meta.url))

/** The object store as a process of its own. */
export interface StoreProcess extends AsyncDisposable {
  readonly endpoint: string
  readonly pid: number
  /** Ends it and waits; answers its exit code, or the signal. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string>
}

const readiness = async (child: ChildProcess): Promise<string> => {
  const ready = once(child, 'message').then(([message]) => (message as { endpoint: string }).endpoint)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the object store ended with ${String(code)}`)
  })
  return await Promise.race([ready, ended])
}

/** `shell` runs before the process in its place, such as `ulimit -f 100`. */
export const startProcess = async (folder: string, shell?: string): Promise<StoreProcess> => {
  const [command, ...args] = shell
    ? ['bash', '-c', `${shell}; exec "$0" "$@"`, process.execPath, main]
    : [process.execPath, main]
  const child = spawn(command ?? '', args, {
    stdio: ['ignore', 'ignore', shell ? 'ignore' : 'inherit', 'ipc'],
    env: {
      OBJECT_STORE_FOLDER: folder,
      OBJECT_STORE_PORT: '0',
      OBJECT_STORE_ACCESS_KEY: credentials.accessKeyId,
      OBJECT_STORE_SECRET_KEY: credentials.secretAccessKey,
    },
  })
  const endpoint = await readiness(child)
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal)
    return await exited
  }
  return {
    endpoint,
    pid: child.pid ?? 0,
    end,
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  }
}
