import { afterAll, beforeAll, expect, test } from 'vitest'
import { rsaTurns } from '../../core/accounts/private-key/rsa-turns.ts'
import type { Answer } from './api-room.ts'
import { openClaimRoom, secretOf } from './claim-room.ts'

let room: Awaited<ReturnType<typeof openClaimRoom>>
beforeAll(async () => {
  room = await openClaimRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

/** As if the tenant had others made, for as long as `work` takes. */
async function meanwhile(work: () => Promise<void>) {
  const over = Promise.withResolvers<void>()
  const others = Array.from({ length: 4 }, () => rsaTurns.take(room.tenant.tenantId, () => over.promise))
  try {
    await work()
  } finally {
    over.resolve()
    await Promise.all(others)
  }
}

test('RSA keys of one tenant beyond a short queue are LIMITED, and others are made', async () => {
  const { account } = await room.keyLink()
  const generate = (algorithm: string) =>
    room.post(
      {
        query: `mutation ($id: ID!) { generateSshKey(accountId: $id, label: "x", algorithm: ${algorithm}) { key { algorithm } } }`,
        variables: { id: room.nodeId('SftpAccount', account.id) },
      },
      room.tenant.ADMIN,
    )
  await meanwhile(async () => {
    const refused = await generate('RSA_4096')
    expect(((await refused.json()) as Answer).errors?.[0]?.extensions['code']).toBe('LIMITED')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(((await (await generate('ED25519')).json()) as Answer).errors).toBeUndefined()
  })
  expect(((await (await generate('RSA_4096')).json()) as Answer).errors).toBeUndefined()
})

test('a claim link whose key has to wait too long works as before', async () => {
  const { path } = await room.keyLink()
  const choice = { format: 'PEM', algorithm: 'RSA_4096' }
  await meanwhile(async () => {
    const refused = await room.press(path, choice)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.text()).not.toContain('PRIVATE')
  })
  const made = await room.press(path, choice)
  expect(made.status).toBe(200)
  expect(secretOf(await made.text())).toContain('BEGIN RSA PRIVATE KEY')
})
