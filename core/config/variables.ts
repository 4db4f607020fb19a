import { z } from 'zod'
import { readNetworks } from '../accounts/networks.ts'
import { Refusal } from '../refusal.ts'

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine(value => value >= least && value <= most, `must be between ${least} and ${most}`)
const port = whole(0, 65_535)
const oneOf = <const T extends readonly [string, ...string[]]>(...words: T) =>
  z.enum(words, `must be one of ${words.join(', ')}`)
const http = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
const postgres = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
const list = z.string().transform(text =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(Boolean),
)
const networks = list.transform((named, context) => {
  try {
    return readNetworks(named)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    context.addIssue(error.message)
    return z.NEVER
  }
})
const key = z
  .string()
  .regex(/^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=?)$/, 'must be 32 bytes, as 64 hexadecimal digits or base64')
  .transform(text => Buffer.from(text, text.length === 64 ? 'hex' : 'base64'))

/** `host`, `host:port` or `[address]:port`; without a port the process's own counts. */
const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-f:.]+\]|[^\s:[\]/]+)(:\d{1,5})?$/i, 'must be a host, or host:port')
  .transform(text => {
    const [, host = text, port] = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(text) ?? []
    return { host, port: port === undefined ? undefined : Number(port) }
  })

/** Every variable that Nightdrop reads, with its form and default; the README's table is checked against this. */
export const variables = {
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: postgres,
  DATABASE_OWNER_URL: postgres,
  S3_BUCKET: z.string(),
  S3_ENDPOINT: http.optional(),
  S3_SSE: oneOf('AES256', 'aws:kms').optional(),
  AWS_REGION: z.string().default('us-east-1'),
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port.default(4_000),
  SFTP_HOST: z.string().default('127.0.0.1'),
  SFTP_PORT: port.default(2_022),
  SFTP_ALGORITHMS: oneOf('compatible', 'strict').default('compatible'),
  METRICS_HOST: z.string().default('127.0.0.1'),
  /** The first of three. */
  METRICS_PORT: whole(0, 65_533).default(9_464),
  PUBLIC_URL: http.optional(),
  SFTP_PUBLIC_HOST: hostAndPort.optional(),
  /** Whose word counts on where a request comes from. */
  TRUSTED_PROXIES: networks.default([]),
  SFTP_HOST_KEY_FILE: list.default([]),
  SFTP_HOST_KEY_FOLDER: z.string().optional(),
  STAFF_TOKEN: z.string().min(20, 'must have 20 characters at least').optional(),
  MASTER_KEY: key,
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
  WORKER_CONCURRENCY: whole(1, 64).default(4),
  /** An upload reserves whole parts of 5 MiB. */
  UPLOAD_MEMORY_MB: whole(16, 65_536).default(128),
  MIGRATE_ON_START: z.stringbool('must be true or false').default(true),
  SHUTDOWN_SECONDS: whole(1, 3_600).default(20),
} as const

/** Those whose value may stand in a file named by the variable with `_FILE`, and is never printed. */
export const secrets = ['DATABASE_URL', 'DATABASE_OWNER_URL', 'STAFF_TOKEN', 'MASTER_KEY'] as const

export type VariableName = keyof typeof variables
export type Value<N extends VariableName> = z.output<(typeof variables)[N]>
