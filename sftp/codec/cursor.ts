/** The packet ends before its fields do. `id` is the request's, where it could be read. */
export class MalformedPacket extends Error {
  override readonly name = 'MalformedPacket'
  readonly id: number | undefined

  constructor(id: number | undefined) {
    super('The packet is cut short.')
    this.id = id
  }
}

/** Reads SSH's wire types off a packet, from left to right. */
export class Cursor {
  readonly #bytes: Buffer
  #at = 0
  #id: number | undefined

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#take(1))
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4))
  }

  /** The request's id: an uint32 that a later fault can be answered under. */
  id(): number {
    this.#id = this.uint32()
    return this.#id
  }

  /** Offsets past 2^53 lose precision, and are past every limit on a file anyway. */
  uint64(): number {
    const at = this.#take(8)
    return this.#bytes.readUInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4)
  }

  /** A view, not a copy. */
  string(): Buffer {
    const length = this.uint32()
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  #take(length: number): number {
    if (this.left < length) throw new MalformedPacket(this.#id)
    const at = this.#at
    this.#at += length
    return at
  }
}
