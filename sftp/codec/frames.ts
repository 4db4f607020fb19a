const NOTHING: Buffer = Buffer.alloc(0)

/** The stream can no longer be followed: the channel has to end. */
export class UnreadableStream extends Error {
  override readonly name = 'UnreadableStream'
}

/**
 * Cuts a byte stream in any chunking into packets (without their length field). A packet that lies whole in one
 * chunk is a view of it; one that spans chunks is gathered in a buffer of its own. At most one packet is held.
 */
export class FrameReader {
  readonly #limit: number
  #chunk = NOTHING
  #at = 0
  #length = 0
  #lengthBytes = 0
  #frame: Buffer | undefined
  #filled = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The next chunk; `next` must have answered undefined before. */
  push(chunk: Buffer): void {
    if (this.#at < this.#chunk.length) throw new Error('the previous chunk holds unread packets')
    this.#chunk = chunk
    this.#at = 0
  }

  /** The next whole packet, or undefined when more bytes are needed. */
  next(): Buffer | undefined {
    if (this.#frame === undefined) {
      if (!this.#readLength()) return undefined
      const end = this.#at + this.#length
      if (end <= this.#chunk.length) {
        const whole = this.#chunk.subarray(this.#at, end)
        this.#at = end
        this.#lengthBytes = 0
        return whole
      }
      this.#frame = Buffer.allocUnsafeSlow(this.#length)
      this.#filled = 0
    }
    const copied = this.#chunk.copy(this.#frame, this.#filled, this.#at)
    this.#at += copied
    this.#filled += copied
    if (this.#filled < this.#length) return undefined
    const frame = this.#frame
    this.#frame = undefined
    this.#lengthBytes = 0
    return frame
  }

  /** True between packets: an end of the stream here cuts nothing off. */
  get atBoundary(): boolean {
    return this.#lengthBytes === 0 && this.#at === this.#chunk.length
  }

  #readLength(): boolean {
    while (this.#lengthBytes < 4) {
      const byte = this.#chunk[this.#at]
      if (byte === undefined) return false
      this.#length = this.#lengthBytes === 0 ? byte : this.#length * 256 + byte
      this.#lengthBytes += 1
      this.#at += 1
    }
    if (this.#length === 0) throw new UnreadableStream('A packet of no bytes.')
    if (this.#length > this.#limit) {
      throw new UnreadableStream(`A packet of ${this.#length} bytes; ${this.#limit} is the most.`)
    }
    return true
  }
}
