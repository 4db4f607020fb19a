import { startApi } from '../../../api/node-process.ts'
import type { Role } from '../../../core/access/roles.ts'
import { encodeNodeId } from '../../../schema/node-id.ts'
import { openApiRoom, STAFF_TOKEN } from '../api-room.ts'
import { ask } from './ask.ts'
import { type Call, IdOf } from './call.ts'
import { makeWorld, type World } from './world.ts'

const NOWHERE = '00000000-0000-7000-8000-000000000000'

/** Which id stands at a place among the arguments. */
export type IdAt = (path: string, id: IdOf) => Promise<string>

/** The API on a port of its own, and two tenants that have one of everything. */
export async function openAccessRoom() {
  const room = await openApiRoom()
  const api = await startApi(room.config, room.overrides)
  const url = api.addresses['api'] ?? ''
  const own = await makeWorld(room, 'Own')
  const foreign = await makeWorld(room, 'Foreign')
  return {
    room,
    url,
    own,
    foreign,
    /** Of a role of the own tenant. */
    tokenOf: (role: Role) => (role === 'STAFF' ? STAFF_TOKEN : own.tenant[role]),
    filled: (call: Call, idAt: IdAt) => filled(call.arguments, idAt) as Promise<Record<string, unknown>>,
    async use(token: string | undefined, name: string, call: Call, idAt: IdAt) {
      return await ask(url, token, name, call, await this.filled(call, idAt))
    },
    async [Symbol.asyncDispose]() {
      await api.close()
      await room[Symbol.asyncDispose]()
    },
  }
}

export type AccessRoom = Awaited<ReturnType<typeof openAccessRoom>>

export const allOf =
  (world: World): IdAt =>
  (_, id) =>
    world.idFor(id)

/** One place is another world's, all others are this one's. */
export const allButOne =
  (world: World, place: string, other: (id: IdOf) => Promise<string>): IdAt =>
  (path, id) =>
    path === place ? other(id) : world.idFor(id)

/** Of a node that does not exist. */
export const idOfNothing = async ({ type }: IdOf) => encodeNodeId(type, NOWHERE)

/** The arguments with an id in each place of one. */
async function filled(value: unknown, idAt: IdAt, path: readonly string[] = []): Promise<unknown> {
  if (value instanceof IdOf) return await idAt(path.join('.'), value)
  if (Array.isArray(value))
    return await Promise.all(value.map((inner, at) => filled(inner, idAt, [...path, String(at)])))
  if (typeof value !== 'object' || value === null || value.constructor !== Object) return value
  const entries = Object.entries(value).map(
    async ([key, inner]) => [key, await filled(inner, idAt, [...path, key])] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}
