import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  type Customer,
  customerWith,
  endedImports,
  type Nightdrop,
  sftpBatch,
  startNightdrop,
} from './nightdrop.ts'

const template = {
  name: 'Calls with phones',
  filePattern: '/*.csv',
  dialect: {},
  agentKey: 'USERNAME',
  timeZone: 'Europe/London',
  columns: [
    { header: 'Id', field: 'REFERENCE' },
    { header: 'Agent', field: 'AGENT' },
    { header: 'At', field: 'CONTACT_DATE', format: 'ISO' },
    { header: 'Phone', field: 'CUSTOMER_PHONE' },
    { header: 'Queue', field: 'QUEUE' },
  ],
}

let nightdrop: Nightdrop
let customer: Customer
let suite: string
let sent = 0
beforeAll(async () => {
  nightdrop = await startNightdrop()
  customer = await customerWith(nightdrop, 'evaluated', template)
  const made = await admin<{ createApiToken: { token: string } }>(
    'mutation { createApiToken(name: "suite", role: INTEGRATION) { token } }',
  )
  suite = made.createApiToken.token
}, 120_000)
afterAll(() => nightdrop?.[Symbol.asyncDispose]())

const admin = <T>(query: string, variables: Record<string, unknown> = {}) =>
  ask<T>(nightdrop, customer.token, query, variables)

/** Rows of id, phone and queue, as a night's file; answers what came of it. */
async function send(...rows: [id: string, phone: string, queue: string][]) {
  sent += 1
  const local = join(nightdrop.folder, 'calls.csv')
  const lines = rows.map(([id, phone, queue]) => `${id},diane,2026-01-05T09:00:00Z,${phone},${queue}\n`)
  await writeFile(local, `Id,Agent,At,Phone,Queue\n${lines.join('')}`)
  await sftpBatch(nightdrop, customer, `put ${local} calls-${sent}.csv\n`)
  const [newest] = await endedImports(nightdrop, customer.token, sent)
  return newest
}

interface Seen {
  id: string
  reference: string
  queue: string
  onHold: boolean
  evaluations: { reference: string }[]
}

const contact = async (reference: string) =>
  (
    await admin<{ tenant: { contact: Seen | null } }>(
      'query ($r: String!) { tenant { contact(reference: $r) { id reference queue onHold evaluations { reference } } } }',
      { r: reference },
    )
  ).tenant.contact

const search = async (words: string) =>
  (
    await admin<{ tenant: { contacts: { nodes: Seen[] } } }>(
      'query ($s: String) { tenant { contacts(filter: { search: $s }) { nodes { id reference } } } }',
      { s: words },
    )
  ).tenant.contacts.nodes

const record = async (contactReference: string, evaluationReference: string) =>
  (
    await ask<{ recordEvaluation: { status: string; problem: { code: string } | null } }>(
      nightdrop,
      suite,
      'mutation ($e: EvaluationInput!) { recordEvaluation(evaluation: $e) { status problem { code } } }',
      { e: { contactReference, evaluationReference } },
    )
  ).recordEvaluation

async function until<T>(what: string, look: () => Promise<T>, found: (value: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 300; tries++) {
    const value = await look()
    if (found(value)) return value
    await sleep(100)
  }
  throw new Error(`waited in vain: ${what}`)
}

describe('an evaluation', () => {
  test('that comes before its contact waits, and stands by itself once the file is there', async () => {
    expect(await record('early', 'E-1')).toEqual({ status: 'WAITING', problem: null })
    await send(['early', '+44 20 7946 0123', 'sales'], ['plain', '020 7946 0999', 'sales'])
    const seen = await until(
      'the evaluation finds its contact',
      () => contact('early'),
      each => each?.evaluations.length === 1,
    )
    expect(seen?.evaluations).toEqual([{ reference: 'E-1' }])
    const { tenant } = await admin<{ tenant: { waitingEvaluations: object[] } }>(
      '{ tenant { waitingEvaluations { evaluationReference } } }',
    )
    expect(tenant.waitingEvaluations).toEqual([])
  })

  test('keeps its contact from being changed by a re-sent file, until it is withdrawn', async () => {
    expect(await send(['early', '1', 'changed'], ['plain', '020 7946 0999', 'changed'])).toMatchObject({
      updated: 1,
      unchanged: 1,
    })
    expect(await contact('early')).toMatchObject({ queue: 'sales' })
    await ask(nightdrop, suite, 'mutation { withdrawEvaluation(evaluationReference: "E-1") { status } }')
    expect(await send(['early', '+44 20 7946 0123', 'changed'])).toMatchObject({ updated: 1 })
    expect(await contact('early')).toMatchObject({ queue: 'changed', evaluations: [] })
  })
})

test('a person is found by the end of the phone, held, and erased once the hold is released; sent again they do not come back', async () => {
  await send(['p1', '0044 (0)7700 900-123', 'a'], ['p2', '07700900123', 'a'], ['p3', '+447700900124', 'a'])
  const found = await search('7700 900 123')
  expect(found.map(each => each.reference).sort()).toEqual(['p1', 'p2'])
  const ids = found.map(each => each.id)
  const { placeLegalHold } = await admin<{ placeLegalHold: { id: string } }>(
    'mutation ($c: [ID!]!) { placeLegalHold(contactIds: $c, reason: "a case") { id } }',
    { c: ids },
  )
  const erase = 'mutation ($i: [ID!]!) { eraseContacts(ids: $i, reason: "asked for") { contacts } }'
  await expect(admin(erase, { i: ids })).rejects.toThrow(placeLegalHold.id)
  expect(await send(['p1', '1', 'b'], ['p2', '1', 'b'])).toMatchObject({ updated: 0, unchanged: 2 })
  await admin('mutation ($h: ID!) { releaseLegalHold(id: $h) { releasedAt } }', { h: placeLegalHold.id })
  expect(await admin(erase, { i: ids })).toEqual({ eraseContacts: { contacts: 2 } })
  expect(await search('7700 900 123')).toEqual([])
  expect(await record('p1', 'E-2')).toMatchObject({ status: 'REFUSED', problem: { code: 'DELETED_BEFORE' } })
  expect(await send(['p1', '1', 'c'], ['p3', '+447700900124', 'c'])).toMatchObject({
    rejected: 1,
    updated: 1,
  })
  expect(await contact('p1')).toBeNull()
})
