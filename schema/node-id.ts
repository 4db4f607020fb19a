import { badInput, notFound } from '../core/refusal.ts'

/** A node's id for the outside: opaque to clients, and the same for ever. */
export const encodeNodeId = (type: string, id: string): string =>
  Buffer.from(`${type}:${id}`).toString('base64url')

const FORM = /^([A-Za-z]+):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export interface NodeId {
  type: string
  id: string
}

/** None when it is no id of ours. */
export function decodeNodeId(text: string): NodeId | undefined {
  const [, type, id] = FORM.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? []
  return type && id && encodeNodeId(type, id) === text ? { type, id } : undefined
}

/** The id that a mutation names. One of another type, or of nothing, is NOT_FOUND as another tenant's is. */
export function idOf(type: string, text: string, what: string): string {
  const named = decodeNodeId(text)
  if (named?.type !== type) throw notFound(what)
  return named.id
}

/** The id that a filter names: one that can be nobody's is a mistake worth saying. */
export function filterId(type: string, text: string, path: string[]): string {
  const named = decodeNodeId(text)
  if (named?.type !== type) throw badInput([{ path, message: `"${text}" is no id of this kind.` }])
  return named.id
}

/** An id that nothing has. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'
