import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'

let room: ApiRoom
beforeAll(async () => {
  room = await openApiRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

test.each(serverAudits({ url: 'http://localhost/graphql' }).map(audit => [audit.name, audit.id] as const))(
  '%s',
  async (_, id) => {
    const audits = serverAudits({
      url: 'http://localhost/graphql',
      fetchFn(input: string, init: RequestInit) {
        const request = new Request(input, init)
        request.headers.set('authorization', `Bearer ${STAFF_TOKEN}`)
        return room.handler(request)
      },
    })
    const audit = audits.find(one => one.id === id)
    const result = await audit?.fn()
    expect(result?.status, JSON.stringify(result)).toBe('ok')
  },
)

test('there are as many audits as there were when this was written', () => {
  expect(serverAudits({ url: 'http://localhost/graphql' })).toHaveLength(61)
})
