import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  name: string
  bytes: Buffer | string
  /** General purpose flags: 1 for a password, 0x800 for a name in UTF-8. */
  flags?: number
  method?: number
  /** What the entry says of itself, where it lies. */
  crc?: number
  size?: number
  /** Extra fields of its entry in the directory. */
  extra?: Buffer
}

/** A ZIP archive, as sound or as broken as it is asked for. */
export const zipOf = (entries: readonly ZipEntry[]): Buffer => {
  const pieces: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes, flags = 0x800, method = 8, crc, size, extra = Buffer.alloc(0) } of entries) {
    const plain = Buffer.from(bytes)
    const packed = method === 8 ? deflateRawSync(plain) : plain
    const names = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt16LE(0x5a21, 8)
    common.writeUInt32LE(crc ?? crc32(plain), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(size ?? plain.length, 18)
    common.writeUInt16LE(names.length, 22)
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, names, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    const described = Buffer.from(common)
    described.writeUInt16LE(extra.length, 24)
    directory.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), described, tail, names, extra]))
    pieces.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('504b0506', 'hex')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...pieces, central, end])
}
