import { attributeFlag } from './constants.ts'
import type { Cursor } from './cursor.ts'

/** The ATTRS structure of version 3; times are seconds since 1970 in 32 bits. */
export interface Attributes {
  size?: number
  owner?: { uid: number; gid: number }
  permissions?: number
  times?: { accessed: number; modified: number }
}

export function readAttributes(cursor: Cursor): Attributes {
  const flags = cursor.uint32()
  const found: Attributes = {}
  if (flags & attributeFlag.SIZE) found.size = cursor.uint64()
  if (flags & attributeFlag.UIDGID) found.owner = { uid: cursor.uint32(), gid: cursor.uint32() }
  if (flags & attributeFlag.PERMISSIONS) found.permissions = cursor.uint32()
  if (flags & attributeFlag.ACMODTIME) found.times = { accessed: cursor.uint32(), modified: cursor.uint32() }
  if (flags & attributeFlag.EXTENDED) {
    for (let pairs = cursor.uint32(); pairs > 0; pairs -= 1) {
      cursor.string()
      cursor.string()
    }
  }
  return found
}

export function encodeAttributes(attributes: Attributes): Buffer {
  const out = Buffer.alloc(32)
  let flags = 0
  let at = 4
  const put = (value: number) => {
    at = out.writeUInt32BE(value, at)
  }
  if (attributes.size !== undefined) {
    flags |= attributeFlag.SIZE
    put(Math.floor(attributes.size / 2 ** 32))
    put(attributes.size % 2 ** 32)
  }
  if (attributes.owner) {
    flags |= attributeFlag.UIDGID
    put(attributes.owner.uid)
    put(attributes.owner.gid)
  }
  if (attributes.permissions !== undefined) {
    flags |= attributeFlag.PERMISSIONS
    put(attributes.permissions)
  }
  if (attributes.times) {
    flags |= attributeFlag.ACMODTIME
    put(attributes.times.accessed)
    put(attributes.times.modified)
  }
  out.writeUInt32BE(flags, 0)
  return out.subarray(0, at)
}
