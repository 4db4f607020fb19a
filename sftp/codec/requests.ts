import type { Attributes } from './attributes.ts'
import { readAttributes } from './attributes.ts'
import { packet } from './constants.ts'
import { Cursor } from './cursor.ts'

/**
 * What a client can ask for. Paths are the client's raw bytes; handles are what HANDLE gave it, perhaps;
 * `bytes` of a write is a view of the packet.
 */
export type Request =
  | { kind: 'init'; version: number }
  | { kind: 'open'; id: number; path: Buffer; flags: number; attributes: Attributes }
  | { kind: 'close'; id: number; handle: Buffer }
  | { kind: 'read'; id: number; handle: Buffer; offset: number; length: number }
  | { kind: 'write'; id: number; handle: Buffer; offset: number; bytes: Buffer }
  | { kind: 'stat'; id: number; path: Buffer }
  | { kind: 'fstat'; id: number; handle: Buffer }
  | { kind: 'setstat'; id: number; path: Buffer; attributes: Attributes }
  | { kind: 'fsetstat'; id: number; handle: Buffer; attributes: Attributes }
  | { kind: 'opendir'; id: number; path: Buffer }
  | { kind: 'readdir'; id: number; handle: Buffer }
  | { kind: 'remove'; id: number; path: Buffer }
  | { kind: 'mkdir'; id: number; path: Buffer }
  | { kind: 'rmdir'; id: number; path: Buffer }
  | { kind: 'realpath'; id: number; path: Buffer }
  | { kind: 'rename'; id: number; from: Buffer; to: Buffer }
  | { kind: 'extended'; id: number; name: string; rest: Cursor }
  | { kind: 'unsupported'; id: number }

/** Throws MalformedPacket. Bytes after the last field are ignored, as OpenSSH ignores them. */
export function parseRequest(frame: Buffer): Request {
  const cursor = new Cursor(frame)
  const type = cursor.byte()
  if (type === packet.INIT) return { kind: 'init', version: cursor.uint32() }
  const id = cursor.id()
  switch (type) {
    case packet.OPEN:
      return {
        kind: 'open',
        id,
        path: cursor.string(),
        flags: cursor.uint32(),
        attributes: readAttributes(cursor),
      }
    case packet.CLOSE:
      return { kind: 'close', id, handle: cursor.string() }
    case packet.READ:
      return { kind: 'read', id, handle: cursor.string(), offset: cursor.uint64(), length: cursor.uint32() }
    case packet.WRITE:
      return { kind: 'write', id, handle: cursor.string(), offset: cursor.uint64(), bytes: cursor.string() }
    case packet.LSTAT:
    case packet.STAT:
      return { kind: 'stat', id, path: cursor.string() }
    case packet.FSTAT:
      return { kind: 'fstat', id, handle: cursor.string() }
    case packet.SETSTAT:
      return { kind: 'setstat', id, path: cursor.string(), attributes: readAttributes(cursor) }
    case packet.FSETSTAT:
      return { kind: 'fsetstat', id, handle: cursor.string(), attributes: readAttributes(cursor) }
    case packet.OPENDIR:
      return { kind: 'opendir', id, path: cursor.string() }
    case packet.READDIR:
      return { kind: 'readdir', id, handle: cursor.string() }
    case packet.REMOVE:
      return { kind: 'remove', id, path: cursor.string() }
    case packet.MKDIR:
      return { kind: 'mkdir', id, path: cursor.string() }
    case packet.RMDIR:
      return { kind: 'rmdir', id, path: cursor.string() }
    case packet.REALPATH:
      return { kind: 'realpath', id, path: cursor.string() }
    case packet.RENAME:
      return { kind: 'rename', id, from: cursor.string(), to: cursor.string() }
    case packet.EXTENDED:
      return { kind: 'extended', id, name: cursor.string().toString('latin1'), rest: cursor }
    default:
      return { kind: 'unsupported', id }
  }
}
