import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'
import { fillTenant } from './contacts-fixture.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
let foreign: Awaited<ReturnType<ApiRoom['tenant']>>
let ids: string[]
let foreignId: string
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  foreign = await room.tenant('Foreign')
  const node = (contact: { id: string }) => room.nodeId('Contact', contact.id)
  ids = (await fillTenant(room.database, own.tenantId, 9)).contacts.map(node)
  foreignId = (await fillTenant(room.database, foreign.tenantId, 1)).contacts.map(node)[0] ?? ''
})
afterAll(() => room[Symbol.asyncDispose]())

interface Hold {
  id: string
  reason: string
  contactCount: number
  placedBy: string
  placedAt: string
  releasedAt: string | null
  contacts: {
    totalCount: number
    nodes: { reference: string; onHold: boolean }[]
    pageInfo: { endCursor: string }
  }
}

const fields = `id reason contactCount placedBy placedAt releasedAt
  contacts(first: 2) { totalCount nodes { reference onHold } pageInfo { endCursor } }`
const place = `mutation ($c: [ID!]!, $r: String!) { placeLegalHold(contactIds: $c, reason: $r) { ${fields} } }`
const release = `mutation ($id: ID!) { releaseLegalHold(id: $id) { ${fields} } }`
const placed = async (token: string, c: string[], r = 'a case') =>
  (await room.data<{ placeLegalHold: Hold }>(token, place, { c, r })).placeLegalHold
const released = async (token: string, id: string) =>
  (await room.data<{ releaseLegalHold: Hold }>(token, release, { id })).releaseLegalHold
const listed = async (token: string, includeReleased?: boolean) =>
  (
    await room.data<{ tenant: { legalHolds: Hold[] } }>(
      token,
      `query ($i: Boolean) { tenant { legalHolds(includeReleased: $i) { ${fields} } } }`,
      { i: includeReleased },
    )
  ).tenant.legalHolds

test('an administrator places a hold, readers read it with its contacts, and it is released for all of them', async () => {
  const hold = await placed(own.ADMIN, ids.slice(0, 3), 'Case 7/26')
  expect(hold).toMatchObject({
    reason: 'Case 7/26',
    contactCount: 3,
    placedBy: 'administrator',
    placedAt: expect.any(String),
    releasedAt: null,
    contacts: {
      totalCount: 3,
      nodes: [
        { reference: 'r-2', onHold: true },
        { reference: 'r-1', onHold: true },
      ],
    },
  })
  expect(await listed(own.READER)).toEqual([hold])
  const rest = await room.data<{ node: Hold }>(
    own.READER,
    `query ($id: ID!, $a: String) { node(id: $id) { ... on LegalHold { contacts(after: $a) { nodes { reference } } } } }`,
    { id: hold.id, a: hold.contacts.pageInfo.endCursor },
  )
  expect(rest.node.contacts.nodes).toEqual([{ reference: 'r-0' }])
  const over = await released(own.ADMIN, hold.id)
  expect(over).toMatchObject({ id: hold.id, releasedAt: expect.any(String), contactCount: 3 })
  expect(over.contacts.nodes.map(contact => contact.onHold)).toEqual([false, false])
  expect(await released(own.ADMIN, hold.id)).toEqual(over)
  expect(await listed(own.READER)).toEqual([])
  expect(await listed(own.READER, true)).toEqual([over])
})

test('staff place and release holds of the tenant whose contacts they name', async () => {
  const hold = await placed(STAFF_TOKEN, [ids[4] ?? ''])
  expect(hold).toMatchObject({ placedBy: 'staff', contactCount: 1 })
  expect((await listed(own.ADMIN)).map(each => each.id)).toEqual([hold.id])
  expect(await released(STAFF_TOKEN, hold.id)).toMatchObject({ releasedAt: expect.any(String) })
})

test('contacts and holds of another tenant are what does not exist, also beside one’s own', async () => {
  const errorOf = async (token: string, query: string, variables: object) =>
    (await room.ask(token, query, { ...variables })).errors?.[0]
  const nothing = room.nodeId('Contact', '00000000-0000-7000-8000-000000000000')
  const theirs = await placed(foreign.ADMIN, [foreignId])
  const noHold = room.nodeId('LegalHold', '00000000-0000-7000-8000-000000000000')
  for (const token of [own.ADMIN, STAFF_TOKEN]) {
    const words = await errorOf(token, place, { c: [ids[0], nothing], r: 'r' })
    expect(words?.extensions['code']).toBe('NOT_FOUND')
    expect(await errorOf(token, place, { c: [ids[0], foreignId], r: 'r' })).toEqual(words)
  }
  expect(await errorOf(own.ADMIN, place, { c: [foreignId], r: 'r' })).toEqual(
    await errorOf(own.ADMIN, place, { c: [nothing], r: 'r' }),
  )
  expect(await errorOf(own.ADMIN, release, { id: theirs.id })).toEqual(
    await errorOf(own.ADMIN, release, { id: noHold }),
  )
  const seen = await room.data<{ nodes: null[] }>(
    own.READER,
    'query ($i: [ID!]!) { nodes(ids: $i) { id } }',
    {
      i: [theirs.id, noHold],
    },
  )
  expect(seen.nodes).toEqual([null, null])
  expect(await listed(own.ADMIN)).toEqual([])
  expect((await listed(foreign.ADMIN)).map(each => each.id)).toEqual([theirs.id])
})

test('what is on hold is not erased, and the refusal names the hold', async () => {
  const hold = await placed(own.ADMIN, [ids[5] ?? ''])
  const erase = 'mutation ($i: [ID!]!) { eraseContacts(ids: $i, reason: "asked for") { id } }'
  const [error] = (await room.ask(own.ADMIN, erase, { i: [ids[5], ids[6]] })).errors ?? []
  expect(error?.extensions['code']).toBe('CONFLICT')
  expect(error?.message).toContain(hold.id)
  await released(own.ADMIN, hold.id)
  await room.data(own.ADMIN, erase, { i: [ids[5], ids[6]] })
  const { node } = await room.data<{ node: Hold }>(
    own.READER,
    `query ($id: ID!) { node(id: $id) { ... on LegalHold { contactCount contacts { totalCount nodes { id } } } } }`,
    { id: hold.id },
  )
  expect(node, 'the record of the hold outlives the contact').toEqual({
    contactCount: 1,
    contacts: { totalCount: 0, nodes: [] },
  })
})

test('the trail has who, why, and which contacts', async () => {
  const hold = await placed(own.ADMIN, [ids[7] ?? ''], 'the regulator asked')
  await released(STAFF_TOKEN, hold.id)
  const { tenant } = await room.data<{ tenant: { auditEvents: { nodes: object[] } } }>(
    own.ADMIN,
    `query ($s: String) { tenant { auditEvents(filter: { subject: $s }) { nodes { actor action details } } } }`,
    { s: hold.id },
  )
  const plain = Buffer.from(ids[7] ?? '', 'base64url')
    .toString()
    .split(':')[1]
  expect(tenant.auditEvents.nodes).toMatchObject([
    { actor: 'staff', action: 'releaseLegalHold', details: { reason: 'the regulator asked', contacts: 1 } },
    {
      actor: 'administrator',
      action: 'placeLegalHold',
      details: { reason: 'the regulator asked', contacts: [plain] },
    },
  ])
})

test('no contacts, no reason: BAD_INPUT by path', async () => {
  for (const [variables, path] of [
    [{ c: [], r: 'r' }, 'contactIds'],
    [{ c: [ids[0]], r: '' }, 'reason'],
  ] as const) {
    const [error] = (await room.ask(own.ADMIN, place, variables)).errors ?? []
    expect(error?.extensions).toMatchObject({ code: 'BAD_INPUT', fields: [{ path: [path] }] })
  }
})
