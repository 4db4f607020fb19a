import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { ClientChannel } from 'ssh2'
import ssh2 from 'ssh2'
import type { Door } from './door.ts'

export interface Ran {
  code: number
  out: string
}

/** Runs a program to its end, at most so long; both outputs in one text. */
export function run(
  program: string,
  args: string[],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<Ran> {
  return new Promise(resolve => {
    const child = execFile(
      program,
      args,
      { timeout: options.timeoutMs ?? 20_000, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 255) : 0
        resolve({ code, out: `${stdout}${stderr}` })
      },
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input ?? '')
  })
}

export const installed = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some(folder => existsSync(join(folder, program)))

export interface SshChoices {
  user?: string
  key?: keyof Door['keyFile']
  options?: string[]
}

export const sshArguments = (door: Door, choices: SshChoices = {}): string[] => {
  const settings = [
    'StrictHostKeyChecking=no',
    `UserKnownHostsFile=${join(door.desk, 'known_hosts')}`,
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'BatchMode=yes',
    'LogLevel=ERROR',
    ...(choices.options ?? []),
  ]
  const identity = door.keyFile[choices.key ?? 'ed25519']
  return ['-F', '/dev/null', '-i', identity, ...settings.flatMap(setting => ['-o', setting])]
}

/** OpenSSH's sftp with a batch of commands; the code is 0 only when all of them worked. */
export async function sftp(door: Door, commands: string[], choices: SshChoices = {}): Promise<Ran> {
  const batch = join(door.desk, `batch-${Math.random().toString(36).slice(2)}`)
  await writeFile(batch, `${commands.join('\n')}\n`)
  const target = `${choices.user ?? 'night'}@127.0.0.1`
  return run('sftp', [...sshArguments(door, choices), '-P', String(door.server.port), '-b', batch, target])
}

/** A client of ours on the bare channel: it may send any bytes at any time. */
export async function rawSession(door: Door): Promise<{ channel: ClientChannel; client: ssh2.Client }> {
  const client = new ssh2.Client()
  client.connect({
    host: '127.0.0.1',
    port: door.server.port,
    username: 'night',
    privateKey: door.privateKey,
  })
  await once(client, 'ready')
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.subsys('sftp', (error, stream) => (error ? reject(error) : resolve(stream)))
  })
  client.on('error', () => {})
  return { channel, client }
}

export async function eventually(claim: () => boolean, timeoutMs = 5_000): Promise<void> {
  const until = Date.now() + timeoutMs
  while (!claim()) {
    if (Date.now() > until) throw new Error(`never came true: ${claim.toString()}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
