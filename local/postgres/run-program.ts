import { spawn } from 'node:child_process'

/** Runs a program to its end, out of Ctrl-C's reach; rejects with what it said when it failed. */
export function runProgram(
  program: string,
  flags: string[],
  user?: { uid: number; gid: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, flags, {
      ...user,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    child.stdout.on('data', chunk => {
      said += chunk
    })
    child.stderr.on('data', chunk => {
      said += chunk
    })
    child.once('error', cause => reject(new Error(`${program} cannot be run: ${cause.message}.`, { cause })))
    child.once('close', code =>
      code === 0 ? resolve() : reject(new Error(`${program} failed: ${said.trim()}`)),
    )
  })
}
