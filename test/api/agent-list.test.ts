import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
})
afterAll(() => room[Symbol.asyncDispose]())

const MUTATION =
  'mutation ($file: File!, $preview: Boolean! = false, $tenantId: ID) { importAgents(file: $file, preview: $preview, tenantId: $tenantId) { created updated unchanged problems { code message whoseMove row column details } } }'

async function send(token: string, list: string, variables: Record<string, unknown> = {}) {
  const body = new FormData()
  body.set('operations', JSON.stringify({ query: MUTATION, variables: { file: null, ...variables } }))
  body.set('map', JSON.stringify({ 0: ['variables.file'] }))
  body.set('0', new Blob([list]), 'agents.csv')
  const response = await room.handler(
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body,
    }),
  )
  return (await response.json()) as { data?: { importAgents: Record<string, unknown> }; errors?: unknown }
}

const trail = async () =>
  (
    await room.data<{ tenant: { auditEvents: { nodes: { action: string; details: unknown }[] } } }>(
      own.ADMIN,
      '{ tenant { auditEvents(filter: { action: "importAgents" }) { nodes { action details } } } }',
    )
  ).tenant.auditEvents.nodes

const LIST = 'Name;E-Mail\nAnn Lee;ann@example.com\nBob;at home\n'

test('a list goes along in a multipart request; the preview says the same and leaves no trace', async () => {
  const preview = await send(own.INTEGRATION, LIST, { preview: true })
  expect(preview.data?.importAgents).toEqual({
    created: 1,
    updated: 0,
    unchanged: 0,
    problems: [
      {
        code: 'BAD_EMAIL',
        message: '"at home" is no email address. Correct it, or leave the cell empty.',
        whoseMove: 'SENDER',
        row: 2,
        column: 2,
        details: { value: 'at home' },
      },
    ],
  })
  expect(await trail()).toEqual([])
  expect(await send(own.ADMIN, LIST)).toEqual(preview)
  expect(await trail()).toMatchObject([{ details: { created: 1, problems: 1 } }])
  const found = await room.data<{ tenant: { agents: { nodes: { name: string }[] } } }>(
    own.READER,
    '{ tenant { agents { nodes { name } } } }',
  )
  expect(found.tenant.agents.nodes).toEqual([{ name: 'Ann Lee' }])
})

test('staff name the tenant', async () => {
  expect(await send(STAFF_TOKEN, LIST)).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT' } }] })
  expect(await send(STAFF_TOKEN, LIST, { tenantId: own.id })).toMatchObject({
    data: { importAgents: { unchanged: 1 } },
  })
})
