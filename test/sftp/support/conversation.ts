import type { Readable, Writable } from 'node:stream'
import { FrameReader } from '../../../sftp/codec/frames.ts'
import type { Reply } from './packets.ts'
import { ask, readReply } from './packets.ts'

/** Asks one thing at a time of any SFTP server that speaks on a pair of streams. */
export class Conversation {
  readonly #out: Writable
  readonly #frames = new FrameReader(2 ** 20)
  readonly #replies: Buffer[] = []
  #wake: () => void = () => {}
  #ended = false

  constructor(input: Readable, out: Writable) {
    this.#out = out
    input.on('data', (chunk: Buffer) => {
      this.#frames.push(chunk)
      for (let frame = this.#frames.next(); frame; frame = this.#frames.next())
        this.#replies.push(Buffer.from(frame))
      this.#wake()
    })
    input.once('end', () => {
      this.#ended = true
      this.#wake()
    })
  }

  /** The VERSION reply: version, then pairs of names and versions. */
  async greet(): Promise<Buffer> {
    this.#out.write(ask.init())
    return this.#frame()
  }

  send(bytes: Buffer): void {
    this.#out.write(bytes)
  }

  async ask(request: Buffer): Promise<Reply> {
    this.#out.write(request)
    return this.next()
  }

  async next(): Promise<Reply> {
    return readReply(await this.#frame())
  }

  async #frame(): Promise<Buffer> {
    for (;;) {
      const frame = this.#replies.shift()
      if (frame) return frame
      if (this.#ended) throw new Error('the server ended the session')
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }
}
