import { connect, createServer } from 'node:net'
import { readConfig } from '../../core/config/process-config.ts'
import { listen } from '../../core/operation/listen.ts'
import type { Reached } from '../commands/reach.ts'
import type { Check } from './check.ts'

/** Each port that this machine's processes would bind: Nightdrop answers there, or it is free. */
export function portChecks({ env, running }: Reached): Check[] {
  const config = readConfig('api', env)
  const http = (variable: string, host: string, port: number, told?: string): Check => ({
    name: `port of ${variable.startsWith('API') ? 'the API' : `${variable} metrics`}`,
    look: () =>
      told ? readyAt(told) : lookAt(variable, host, port, () => readyAt(`http://${host}:${port}`)),
  })
  const { API_HOST, API_PORT, SFTP_HOST, SFTP_PORT, METRICS_HOST, METRICS_PORT } = config
  const [sftpHost = SFTP_HOST, sftpPort = String(SFTP_PORT)] = running?.sftp.split(':') ?? []
  return [
    http('API_PORT', API_HOST, API_PORT, running?.api.replace(/\/graphql$/, '')),
    {
      name: 'port of SFTP',
      look: () =>
        lookAt('SFTP_PORT', sftpHost, Number(sftpPort), () => greetedAt(sftpHost, Number(sftpPort))),
    },
    ...['api', 'sftp', 'worker'].map((process, offset) => ({
      ...http(
        'METRICS_PORT',
        METRICS_HOST,
        METRICS_PORT === 0 ? 0 : METRICS_PORT + offset,
        running?.status[process],
      ),
      name: `port of ${process}'s metrics`,
    })),
  ]
}

/** What is bound must be Nightdrop; what is not must be ours to bind. */
async function lookAt(
  variable: string,
  host: string,
  port: number,
  greet: () => Promise<string>,
): Promise<string> {
  if (port === 0) return 'a free one will be picked'
  const server = createServer()
  const fault = await listen(server, { host, port, variable }).then(
    () => undefined,
    (error: Error) => error,
  )
  if (fault === undefined) {
    await new Promise(done => server.close(done))
    return `${host}:${port} is free`
  }
  const inUse = (fault.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE'
  if (!inUse) throw fault
  return await greet().catch((cause: unknown) => {
    throw new Error(fault.message, { cause })
  })
}

async function readyAt(address: string): Promise<string> {
  const response = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(5_000) })
  const { ready, checks } = (await response.json()) as { ready: boolean; checks: Record<string, string> }
  if (ready) return `Nightdrop answers at ${address}`
  const wrong = Object.entries(checks).filter(([, result]) => result !== 'ok')
  throw new Error(`${address} is not ready: ${wrong.map(([name, result]) => `${name} ${result}`).join(', ')}`)
}

/** An SSH server speaks first. */
const greetedAt = (host: string, port: number) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(port, host)
    socket.setTimeout(5_000, () => socket.destroy(new Error('no greeting')))
    socket.once('error', reject)
    socket.once('data', greeting => {
      socket.destroy()
      const [line = ''] = greeting.toString('latin1').split('\r\n')
      if (line.includes('Nightdrop')) resolve(`Nightdrop answers at ${host}:${port}`)
      else reject(new Error(`another program answers at ${host}:${port}: ${line.slice(0, 80)}`))
    })
  })
