/** WAV files as recorders write them, and as they leave them when something goes wrong. */
export interface Wave {
  format?: number
  channels?: number
  rate?: number
  blockAlign?: number
  bits?: number
  /** Behind `fmt `'s 16 bytes, with its own length ahead. */
  extension?: Buffer
  fact?: number
  data?: Buffer
  /** What the header says of `data`. */
  promised?: number
  /** Chunks ahead of `fmt `. */
  ahead?: Buffer[]
  behind?: Buffer[]
}

export const chunk = (name: string, body: Buffer, size = body.length): Buffer => {
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32LE(size, 4)
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)])
}

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export function wave(options: Wave = {}): Buffer {
  const { format = 1, channels = 1, rate = 8_000, bits = 16, data = Buffer.alloc(16_000) } = options
  const { blockAlign = (channels * bits) / 8, extension, fact, promised = data.length } = options
  const form = Buffer.alloc(16)
  form.writeUInt16LE(format, 0)
  form.writeUInt16LE(channels, 2)
  form.writeUInt32LE(rate, 4)
  form.writeUInt32LE(rate * blockAlign, 8)
  form.writeUInt16LE(blockAlign, 12)
  form.writeUInt16LE(bits, 14)
  const length = Buffer.from([extension?.length ?? 0, 0])
  const chunks = [
    ...(options.ahead ?? []),
    chunk('fmt ', extension ? Buffer.concat([form, length, extension]) : form),
    ...(fact === undefined ? [] : [chunk('fact', u32(fact))]),
    chunk('data', data, promised),
    ...(options.behind ?? []),
  ]
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks])
  return Buffer.concat([Buffer.from('RIFF'), u32(body.length), body])
}

/** The long form, whose `ds64` promises so many bytes. */
export function rf64(options: Wave, promised: bigint): Buffer {
  const sizes = Buffer.alloc(28)
  sizes.writeBigUInt64LE(promised, 8)
  const bytes = wave({ ...options, ahead: [chunk('ds64', sizes), ...(options.ahead ?? [])] })
  bytes.write('RF64', 'latin1')
  return bytes
}

/** Samples of a rising and falling tone, 16 bits each. */
export function samples(count: number, rate = 8_000): Buffer {
  const bytes = Buffer.alloc(count * 2)
  for (let at = 0; at < count; at++)
    bytes.writeInt16LE(
      Math.round(Math.sin((at * 440 * 2 * Math.PI) / rate) * 9_000 * Math.sin(at / 3_000)),
      at * 2,
    )
  return bytes
}
