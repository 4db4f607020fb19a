import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { readConfig } from '../../core/config/process-config.ts'
import { composeSftp } from '../../sftp/compose.ts'
import { credentials, startEmbedded } from '../local/object-store/support.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { figuresAt } from '../support/figures.ts'

test('the sftp process is not ready while a migration is missing', async () => {
  await using room = await createTestDatabase()
  await using store = await startEmbedded()
  const running = await startSftp(room, store)
  try {
    const readiness = async () => (await fetch(`${running.addresses['status']}/readyz`)).json()
    expect(await readiness()).toMatchObject({ checks: { database: 'ok', migrations: 'ok' } })
    const superuser = postgres(room.superuserUrl, { max: 1 })
    await superuser`
      delete from nightdrop_migrations.__drizzle_migrations
       where name = (select max(name) from nightdrop_migrations.__drizzle_migrations)`
    await superuser.end()
    expect(await readiness()).toMatchObject({ ready: false, checks: { migrations: 'failed' } })
  } finally {
    await running.close()
  }
})

test('the sftp process has figures for what it measures, and no 0 for what others do', async () => {
  await using room = await createTestDatabase()
  await using store = await startEmbedded()
  const running = await startSftp(room, store)
  try {
    expect(await figuresAt(running.addresses['status'])).toEqual([
      'db_pool_in_use',
      's3_request_seconds',
      'sftp_auth_total',
      'sftp_connections',
      'upload_bytes_total',
      'uploads_total',
    ])
  } finally {
    await running.close()
  }
})

function startSftp(room: TestDatabase, store: { bucket: string; endpoint: string }) {
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey
  return composeSftp(
    readConfig('sftp', {
      DATABASE_URL: room.databaseUrl,
      S3_BUCKET: store.bucket,
      S3_ENDPOINT: store.endpoint,
      MASTER_KEY: randomBytes(32).toString('hex'),
      SFTP_PORT: '0',
      METRICS_PORT: '0',
      SFTP_HOST_KEY_FOLDER: join(tmpdir(), 'nightdrop-test-host-keys'),
      SHUTDOWN_SECONDS: '1',
      LOG_LEVEL: 'silent',
    }),
  )
}
