import { z } from 'zod'

const port = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(65_535, 'must be at most 65535')
const count = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
const list = z.string().transform(text =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(Boolean),
)
const key = z
  .string()
  .transform(text => Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64'))
  .refine(bytes => bytes.length === 32, 'must be 32 bytes, as 64 hexadecimal digits or base64')

/** Every variable that Nightdrop reads, with its form and default; the README's table is checked against this. */
export const variables = {
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  DATABASE_OWNER_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  S3_BUCKET: z.string(),
  S3_ENDPOINT: z.url({ error: 'must be an http:// or https:// URL' }).optional(),
  S3_SSE: z.enum(['AES256', 'aws:kms']).optional(),
  AWS_REGION: z.string().default('us-east-1'),
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port.default(4000),
  SFTP_HOST: z.string().default('127.0.0.1'),
  SFTP_PORT: port.default(2022),
  SFTP_ALGORITHMS: z.enum(['compatible', 'strict']).default('compatible'),
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: port.default(9464),
  PUBLIC_URL: z.url({ error: 'must be an http:// or https:// URL' }).optional(),
  SFTP_PUBLIC_HOST: z.string().optional(),
  TRUSTED_PROXIES: list.default([]),
  SFTP_HOST_KEY_FILE: list.default([]),
  SFTP_HOST_KEY_FOLDER: z.string().optional(),
  STAFF_TOKEN: z.string().min(20, 'must have 20 characters at least').optional(),
  MASTER_KEY: key,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  WORKER_CONCURRENCY: count.default(4),
  UPLOAD_MEMORY_MB: count.default(128),
  MIGRATE_ON_START: z.stringbool().default(true),
  SHUTDOWN_SECONDS: count.default(20),
} as const

/** Those whose value may stand in a file named by the variable with `_FILE`, and is never printed. */
export const secrets = ['DATABASE_URL', 'DATABASE_OWNER_URL', 'STAFF_TOKEN', 'MASTER_KEY'] as const

export type VariableName = keyof typeof variables
export type Value<N extends VariableName> = z.output<(typeof variables)[N]>
