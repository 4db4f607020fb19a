import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeConfig, readConfig } from '../../../core/config/process-config.ts'
import { secrets } from '../../../core/config/variables.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightdrop-config-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const file = async (name: string, text: string) => {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

const values = {
  DATABASE_URL: 'postgres://app:hidden-1@db/nightdrop',
  DATABASE_OWNER_URL: 'postgres://owner:hidden-2@db/nightdrop',
  STAFF_TOKEN: 'nds_hidden-3-hidden-3-hidden-3',
  MASTER_KEY: 'cd'.repeat(32),
}
const others = { S3_BUCKET: 'bucket', SFTP_HOST_KEY_FOLDER: '/keys' }

test('each secret may stand in a file, with or without a newline', async () => {
  const env: Record<string, string> = { ...others }
  for (const name of secrets) env[`${name}_FILE`] = await file(name, `${values[name]}\r\n`)
  expect(readConfig('start', env)).toEqual(readConfig('start', { ...others, ...values }))
})

test('a secret that is there twice, in no file, in an unreadable one or in an empty one is a fault by name', async () => {
  const empty = await file('empty', '\n')
  const read = () =>
    readConfig('start', {
      ...others,
      ...values,
      DATABASE_URL_FILE: empty,
      STAFF_TOKEN: '',
      STAFF_TOKEN_FILE: empty,
      DATABASE_OWNER_URL: '',
      DATABASE_OWNER_URL_FILE: join(folder, 'nowhere'),
      MASTER_KEY: '',
      MASTER_KEY_FILE: folder,
    })
  expect(read).toThrow(
    expect.objectContaining({
      faults: [
        'DATABASE_URL and DATABASE_URL_FILE are both set: keep one.',
        'DATABASE_OWNER_URL_FILE cannot be read: ENOENT.',
        'STAFF_TOKEN_FILE names an empty file.',
        'MASTER_KEY_FILE cannot be read: EISDIR.',
      ],
    }),
  )
})

test('an empty variable is an unset one, also for _FILE', () => {
  const config = readConfig('start', {
    ...others,
    ...values,
    DATABASE_URL_FILE: '',
    STAFF_TOKEN: '',
    API_PORT: '',
    PUBLIC_URL: '  ',
    SFTP_PUBLIC_HOST: '',
  })
  expect(config).toMatchObject({ DATABASE_URL: values.DATABASE_URL, API_PORT: 4_000 })
  expect(config.STAFF_TOKEN).toBeUndefined()
  expect(config.PUBLIC_URL).toBeUndefined()
})

test('what is in force can be logged: secrets are only said to be there, and only when they are', () => {
  const told = describeConfig(readConfig('start', { ...others, ...values }))
  const text = JSON.stringify(told)
  for (const value of Object.values(values)) expect(text).not.toContain(value)
  expect(text).not.toMatch(/hidden|cdcd/)
  expect(text).not.toContain(JSON.stringify(Buffer.from(values.MASTER_KEY, 'hex')))
  expect(told).toMatchObject({ STAFF_TOKEN: 'set', MASTER_KEY: 'set', S3_BUCKET: 'bucket', API_PORT: 4_000 })
  const { STAFF_TOKEN: _, ...rest } = values
  expect(describeConfig(readConfig('api', { ...others, ...rest }))).not.toHaveProperty('STAFF_TOKEN')
})
