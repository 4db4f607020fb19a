import { packet } from '../../../sftp/codec/constants.ts'

/** Requests as a client builds them, and replies as it reads them: written apart from the codec they test. */
const u32 = (value: number) => {
  const out = Buffer.alloc(4)
  out.writeUInt32BE(value)
  return out
}
const u64 = (value: number) => {
  const out = Buffer.alloc(8)
  out.writeBigUInt64BE(BigInt(value))
  return out
}
export const text = (value: string | Buffer) => {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([u32(bytes.length), bytes])
}
export const framed = (type: number, ...fields: Buffer[]) => {
  const body = Buffer.concat([Buffer.of(type), ...fields])
  return Buffer.concat([u32(body.length), body])
}

const noAttributes = u32(0)
type Path = string | Buffer

export const ask = {
  init: () => framed(packet.INIT, u32(3)),
  open: (id: number, path: Path, flags: number) =>
    framed(packet.OPEN, u32(id), text(path), u32(flags), noAttributes),
  close: (id: number, handle: Buffer) => framed(packet.CLOSE, u32(id), text(handle)),
  read: (id: number, handle: Buffer, offset: number, length: number) =>
    framed(packet.READ, u32(id), text(handle), u64(offset), u32(length)),
  write: (id: number, handle: Buffer, offset: number, bytes: Buffer) =>
    framed(packet.WRITE, u32(id), text(handle), u64(offset), text(bytes)),
  lstat: (id: number, path: Path) => framed(packet.LSTAT, u32(id), text(path)),
  stat: (id: number, path: Path) => framed(packet.STAT, u32(id), text(path)),
  fstat: (id: number, handle: Buffer) => framed(packet.FSTAT, u32(id), text(handle)),
  setstat: (id: number, path: Path, modified: number) =>
    framed(packet.SETSTAT, u32(id), text(path), u32(8), u32(modified), u32(modified)),
  fsetstat: (id: number, handle: Buffer, modified: number) =>
    framed(packet.FSETSTAT, u32(id), text(handle), u32(8), u32(modified), u32(modified)),
  opendir: (id: number, path: Path) => framed(packet.OPENDIR, u32(id), text(path)),
  readdir: (id: number, handle: Buffer) => framed(packet.READDIR, u32(id), text(handle)),
  remove: (id: number, path: Path) => framed(packet.REMOVE, u32(id), text(path)),
  mkdir: (id: number, path: Path) => framed(packet.MKDIR, u32(id), text(path), noAttributes),
  rmdir: (id: number, path: Path) => framed(packet.RMDIR, u32(id), text(path)),
  realpath: (id: number, path: Path) => framed(packet.REALPATH, u32(id), text(path)),
  rename: (id: number, from: Path, to: Path) => framed(packet.RENAME, u32(id), text(from), text(to)),
  readlink: (id: number, path: Path) => framed(packet.READLINK, u32(id), text(path)),
  extended: (id: number, name: string, ...fields: Buffer[]) =>
    framed(packet.EXTENDED, u32(id), text(name), ...fields),
}

export interface Reply {
  type: number
  id: number
  /** The status code of a STATUS. */
  code: number | undefined
  message: string
  handle: Buffer
  data: Buffer
  names: string[]
  size: number
  body: Buffer
}

export function readReply(frame: Buffer): Reply {
  const type = frame.readUInt8(0)
  const id = frame.readUInt32BE(1)
  const body = frame.subarray(5)
  const counted = (at: number) => body.subarray(at + 4, at + 4 + body.readUInt32BE(at))
  const none = Buffer.alloc(0)
  const names: string[] = []
  if (type === packet.NAME) {
    let at = 4
    for (let left = body.readUInt32BE(0); left > 0; left -= 1) {
      const name = counted(at)
      const longname = counted(at + 4 + name.length)
      names.push(name.toString())
      at += 8 + name.length + longname.length
      const flags = body.readUInt32BE(at)
      at += 4 + (flags & 1 ? 8 : 0) + (flags & 2 ? 8 : 0) + (flags & 4 ? 4 : 0) + (flags & 8 ? 8 : 0)
    }
  }
  return {
    type,
    id,
    code: type === packet.STATUS ? body.readUInt32BE(0) : undefined,
    message: type === packet.STATUS ? counted(4).toString() : '',
    handle: type === packet.HANDLE ? Buffer.from(counted(0)) : none,
    data: type === packet.DATA ? counted(0) : none,
    names,
    size: type === packet.ATTRS && body.readUInt32BE(0) & 1 ? Number(body.readBigUInt64BE(4)) : -1,
    body,
  }
}
