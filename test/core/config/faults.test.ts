import { describe, expect, test } from 'vitest'
import { type ProcessName, readConfig } from '../../../core/config/process-config.ts'
import { ConfigFault, type Environment } from '../../../core/config/read-environment.ts'

const faultsOf = (process: ProcessName, env: Environment): readonly string[] => {
  try {
    readConfig(process, env)
    return []
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults
    throw error
  }
}

const sound = {
  DATABASE_URL: 'postgres://nightdrop_app:secret@db/nightdrop',
  DATABASE_OWNER_URL: 'postgres://nightdrop_owner:secret@db/nightdrop',
  S3_BUCKET: 'bucket',
  MASTER_KEY: 'ab'.repeat(32),
  SFTP_HOST_KEY_FOLDER: '/keys',
}

test('all that is wrong is said at once, each by its name', () => {
  const faults = faultsOf('start', {
    DATABASE_URL: 'mysql://db/nightdrop',
    S3_ENDPOINT: 'localhost:9000',
    S3_SSE: 'rot13',
    API_PORT: '65536',
    SFTP_PORT: 'ssh',
    METRICS_PORT: '65534',
    PUBLIC_URL: 'ftp://example.com',
    STAFF_TOKEN: 'short',
    MASTER_KEY: 'ab',
    LOG_LEVEL: 'loud',
    WORKER_CONCURRENCY: '0',
    UPLOAD_MEMORY_MB: '1',
    MIGRATE_ON_START: 'perhaps',
    SHUTDOWN_SECONDS: '-5',
  })
  expect(faults).toEqual([
    'DATABASE_URL must be a postgres:// URL.',
    'DATABASE_OWNER_URL is not set.',
    'S3_BUCKET is not set.',
    'S3_ENDPOINT must be an http:// or https:// URL.',
    'S3_SSE must be one of AES256, aws:kms.',
    'API_PORT must be between 0 and 65535.',
    'SFTP_PORT must be a whole number.',
    'METRICS_PORT must be between 0 and 65533.',
    'PUBLIC_URL must be an http:// or https:// URL.',
    'STAFF_TOKEN must have 20 characters at least.',
    'MASTER_KEY must be 32 bytes, as 64 hexadecimal digits or base64.',
    'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent.',
    'WORKER_CONCURRENCY must be between 1 and 64.',
    'UPLOAD_MEMORY_MB must be between 16 and 65536.',
    'MIGRATE_ON_START must be true or false.',
    'SHUTDOWN_SECONDS must be a whole number.',
    expect.stringContaining('SFTP_HOST_KEY_FILE is not set'),
  ])
})

test.each(['0x10', '1e3', '4000.5', ' ', '４０００', '-0', '99999999999'])(
  'a port written %o is a fault, or unset, but never some other port',
  text => {
    if (text.trim() === '') expect(readConfig('start', { ...sound, API_PORT: text }).API_PORT).toBe(4_000)
    else expect(faultsOf('start', { ...sound, API_PORT: text })).toEqual(['API_PORT must be a whole number.'])
  },
)

test.each([
  ['64 hexadecimal digits', 'AB'.repeat(32), true],
  ['base64', Buffer.alloc(32, 251).toString('base64'), true],
  ['base64 without padding', Buffer.alloc(32, 251).toString('base64').replace('=', ''), true],
  ['a phrase that base64 would be read out of', 'correct horse battery staple correct horse b', false],
  ['31 bytes', Buffer.alloc(31).toString('base64'), false],
  ['63 digits', 'a'.repeat(63), false],
  ['a digit that is none', `${'a'.repeat(63)}g`, false],
])('a master key of %s', (_, text, usable) => {
  expect(faultsOf('api', { ...sound, MASTER_KEY: text })).toHaveLength(usable ? 0 : 1)
  if (usable) expect(readConfig('api', { ...sound, MASTER_KEY: text }).MASTER_KEY).toHaveLength(32)
})

test('faults never repeat a value that is secret', () => {
  const secret = 'hunter2-hunter2-hunter2'
  const faults = faultsOf('start', {
    DATABASE_URL: `http://app:${secret}@db/x`,
    DATABASE_OWNER_URL: secret,
    MASTER_KEY: secret,
    STAFF_TOKEN: 'hunter2',
  })
  expect(faults.length).toBeGreaterThan(3)
  expect(faults.join('\n')).not.toContain('hunter2')
})

describe('each process', () => {
  test.each([
    ['api', ['DATABASE_URL', 'MASTER_KEY', 'S3_BUCKET']],
    ['sftp', ['DATABASE_URL', 'MASTER_KEY', 'S3_BUCKET', 'SFTP_HOST_KEY_FILE']],
    ['worker', ['DATABASE_OWNER_URL', 'DATABASE_URL', 'MASTER_KEY', 'S3_BUCKET']],
    ['migrate', ['DATABASE_OWNER_URL']],
    ['start', ['DATABASE_OWNER_URL', 'DATABASE_URL', 'MASTER_KEY', 'S3_BUCKET', 'SFTP_HOST_KEY_FILE']],
  ] as const)('%s wants what it cannot do without', (process, wanted) => {
    const named = faultsOf(process, {}).map(fault => fault.split(' ')[0])
    expect(new Set(named)).toEqual(new Set(wanted))
  })

  test('is not disturbed by what is another’s business', () => {
    expect(faultsOf('migrate', { ...sound, API_PORT: 'junk', MASTER_KEY: 'junk' })).toEqual([])
    expect(faultsOf('worker', { ...sound, SFTP_PORT: 'junk' })).toEqual([])
  })

  test('is covered by start: what start takes, they all take', () => {
    const env = { ...sound, SFTP_HOST_KEY_FILE: 'a, b', API_PORT: '0' }
    expect(faultsOf('start', env)).toEqual([])
    for (const process of ['api', 'sftp', 'worker', 'migrate'] as const)
      expect(faultsOf(process, env)).toEqual([])
  })
})

test.each([
  ['sftp.example.com', { host: 'sftp.example.com', port: undefined }],
  ['sftp.example.com:22', { host: 'sftp.example.com', port: 22 }],
  ['[2001:db8::1]:2222', { host: '2001:db8::1', port: 2222 }],
])('SFTP_PUBLIC_HOST %s', (text, read) => {
  expect(readConfig('api', { ...sound, SFTP_PUBLIC_HOST: text }).SFTP_PUBLIC_HOST).toEqual(read)
})
