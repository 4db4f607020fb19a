import { type Environment, readEnvironment, type Values } from './read-environment.ts'
import { secrets, type VariableName, variables } from './variables.ts'

const everywhere = ['METRICS_HOST', 'DATABASE_URL', 'LOG_LEVEL', 'SHUTDOWN_SECONDS'] as const
const vault = ['S3_BUCKET', 'S3_ENDPOINT', 'S3_SSE', 'AWS_REGION', 'MASTER_KEY'] as const
const sftpAddress = ['SFTP_HOST', 'SFTP_PORT', 'SFTP_PUBLIC_HOST'] as const

/** What each process reads; a variable that it does not name is none of its business. `start` runs them all. */
const names = {
  api: [
    ...everywhere,
    ...vault,
    ...sftpAddress,
    'API_HOST',
    'API_PORT',
    'METRICS_PORT',
    'PUBLIC_URL',
    'TRUSTED_PROXIES',
    'STAFF_TOKEN',
  ],
  sftp: [
    ...everywhere,
    ...vault,
    ...sftpAddress,
    'METRICS_PORT',
    'SFTP_HOST_KEY_FILE',
    'SFTP_HOST_KEY_FOLDER',
    'SFTP_ALGORITHMS',
    'UPLOAD_MEMORY_MB',
  ],
  worker: [
    ...everywhere,
    ...vault,
    'DATABASE_OWNER_URL',
    'METRICS_PORT',
    'WORKER_CONCURRENCY',
    'UPLOAD_MEMORY_MB',
  ],
  migrate: ['DATABASE_OWNER_URL', 'LOG_LEVEL'],
  start: Object.keys(variables) as VariableName[],
} as const satisfies Record<string, readonly VariableName[]>

export type ProcessName = keyof typeof names
export type ConfigOf<P extends ProcessName> = Values<(typeof names)[P][number]>

/** The configuration of one process, or a ConfigFault with all that is wrong with it. */
export const readConfig = <P extends ProcessName>(process: P, env: Environment): ConfigOf<P> =>
  readEnvironment(env, names[process] as readonly (typeof names)[P][number][], values =>
    names[process].includes('SFTP_HOST_KEY_FILE' as never) ? hostKeyFaults(values) : [],
  ) as ConfigOf<P>

const hostKeyFaults = (values: {
  SFTP_HOST_KEY_FILE?: string[]
  SFTP_HOST_KEY_FOLDER?: string | undefined
}) =>
  values.SFTP_HOST_KEY_FILE?.length === 0 && values.SFTP_HOST_KEY_FOLDER === undefined
    ? [
        'SFTP_HOST_KEY_FILE is not set: name the private host keys, the same for all sftp processes (or SFTP_HOST_KEY_FOLDER, where one process makes its own).',
      ]
    : []

/** What is in force, fit to be logged: secrets are only said to be there. */
export function describeConfig(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const hidden = new Set<string>(secrets)
  return Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, hidden.has(name) ? 'set' : value]),
  )
}
