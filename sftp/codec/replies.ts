import type { Attributes } from './attributes.ts'
import { encodeAttributes } from './attributes.ts'
import type { StatusCode } from './constants.ts'
import { packet } from './constants.ts'

/** Each answers one whole packet, its length field included. */

export interface NamedEntry {
  name: string
  /** One line of `ls -l`: FileZilla and WinSCP parse it. */
  longname: string
  attributes: Attributes
}

export function encodeVersion(extensions: readonly (readonly [name: string, version: string])[]): Buffer {
  return frame(packet.VERSION, uint32(3), ...extensions.flatMap(pair => pair.map(string)))
}

export const encodeStatus = (id: number, code: StatusCode, message: string): Buffer =>
  frame(packet.STATUS, uint32(id), uint32(code), string(message), string('en'))

export const encodeHandle = (id: number, handle: Buffer): Buffer =>
  frame(packet.HANDLE, uint32(id), bytes(handle))

export const encodeData = (id: number, data: Buffer): Buffer =>
  frame(packet.DATA, uint32(id), uint32(data.length), data)

export const encodeAttrs = (id: number, attributes: Attributes): Buffer =>
  frame(packet.ATTRS, uint32(id), encodeAttributes(attributes))

export const encodeNames = (id: number, entries: readonly NamedEntry[]): Buffer =>
  frame(
    packet.NAME,
    uint32(id),
    uint32(entries.length),
    ...entries.flatMap(entry => [
      string(entry.name),
      string(entry.longname),
      encodeAttributes(entry.attributes),
    ]),
  )

export const encodeExtendedReply = (id: number, body: Buffer): Buffer =>
  frame(packet.EXTENDED_REPLY, uint32(id), body)

export function uint32(value: number): Buffer {
  const out = Buffer.allocUnsafe(4)
  out.writeUInt32BE(value)
  return out
}

export function uint64(value: number): Buffer {
  const out = Buffer.allocUnsafe(8)
  out.writeBigUInt64BE(BigInt(value))
  return out
}

const bytes = (value: Buffer): Buffer => Buffer.concat([uint32(value.length), value])

const string = (value: string): Buffer => bytes(Buffer.from(value))

function frame(type: number, ...fields: Buffer[]): Buffer {
  const length = fields.reduce((sum, field) => sum + field.length, 1)
  return Buffer.concat([uint32(length), Buffer.of(type), ...fields], length + 4)
}
