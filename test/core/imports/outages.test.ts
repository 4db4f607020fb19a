import postgres from 'postgres'
import { expect, test } from 'vitest'
import { failureOf, nameFailure } from '../../../core/imports/failure.ts'
import { MAX_FAILURES } from '../../../core/imports/states.ts'
import { VaultDamage } from '../../../core/vault/vault-damage.ts'
import { HEADER, row } from '../../support/contact-files.ts'
import { openImportRoom } from './import-room.ts'

const code = (name: string) => Object.assign(new Error(name), { code: name })

test('a store that is away for hours sets nothing aside: tried every minute until it is back', async () => {
  await using room = await openImportRoom()
  const id = await room.upload('/a.csv', HEADER + row('A'))
  room.bucket.before = () => {
    throw code('ECONNREFUSED')
  }
  const waits: number[] = []
  for (let tries = 0; tries < MAX_FAILURES + 2; tries++) {
    await room.run()
    const failed = await room.import(id)
    expect(failed).toMatchObject({ status: 'FAILED', failures: 0, failure: { code: 'OBJECT_STORE_FAILED' } })
    waits.push(((failed.retryAt?.getTime() ?? 0) - room.now.getTime()) / 1e3)
    room.later(waits.at(-1) ?? 0)
  }
  expect(waits).toEqual([5, 10, 20, 40, 60, 60, 60, 60, 60, 60])
  room.bucket.before = () => undefined
  await room.run()
  expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', created: 1 })
  expect((await room.reports()).map(report => report.path)).not.toContainEqual(
    expect.stringContaining('FAILED'),
  )
})

test('an answer of the store that breaks off is the store’s fault', async () => {
  await using room = await openImportRoom()
  const id = await room.upload('/a.csv', HEADER + row('A'))
  room.bucket.before = () => {
    throw new Error('The store sent less than it said')
  }
  await room.run()
  expect(await room.import(id)).toMatchObject({ failures: 0, failure: { code: 'OBJECT_STORE_FAILED' } })
})

test.each([
  ['DATABASE_FAILED', code('ECONNREFUSED')],
  ['DATABASE_FAILED', code('CONNECTION_DESTROYED')],
  ['DATABASE_FAILED', Object.assign(new Error('x'), { name: 'PostgresError', code: '57P01' })],
  ['INTERNAL', Object.assign(new Error('no outage'), { name: 'PostgresError', code: '22021' })],
  ['OBJECT_STORE_FAILED', Object.assign(new Error('x'), { $metadata: {} })],
  ['INTERNAL', new Error('x')],
])('%s, however deep it stands: %s', (name, error) => {
  const wrapped = new Error('outside', { cause: new Error('between', { cause: error }) })
  expect(nameFailure(wrapped).code).toBe(name)
})

test('an error of a server that is not there is the database’s', async () => {
  const sql = postgres('postgres://x:y@127.0.0.1:1/z', { connect_timeout: 2 })
  const error = await sql`select 1`.catch((cause: unknown) => cause)
  expect(nameFailure(error).code).toBe('DATABASE_FAILED')
  await sql.end()
})

test('damage keeps its kind below other errors, and the sender may send the file again', () => {
  const damage = new VaultDamage('object-1', 'ALTERED_SEGMENT', 'segment 3')
  const named = nameFailure(new Error('The reading thread failed', { cause: damage }))
  for (const setAside of [false, true])
    expect(failureOf(named, setAside)).toMatchObject({
      code: 'STORED_FILE_DAMAGED',
      details: { object: 'object-1', damage: 'ALTERED_SEGMENT' },
      message: expect.stringMatching(/sender may send/),
    })
})
