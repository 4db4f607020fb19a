import { once } from 'node:events'
import type { Duplex, Writable } from 'node:stream'
import type { ByteChannel } from './session/session.ts'

/** Unread bytes an honest client can have under way: a full window, and one granted again while draining. */
const MOST_UNREAD = 4 * 1024 * 1024 + 64 * 1024
/** Taken off the stream ahead of the session, so that it need not wake for every SSH packet. */
const AHEAD = 256 * 1024

export interface ChannelTransport {
  /** Where the ciphertext goes: ssh2 does not look whether it drains. */
  socket: Writable
  /** Resolves when no key exchange is under way: what is written during one is queued without a bound. */
  settled(): Promise<void>
  /** Called for bytes either way, to see whether new keys are due. */
  moved(): void
  /** The client ignores its window. */
  overrun(): void
}

/**
 * ssh2's channel as bytes to iterate and a write to await. While nobody iterates the channel is paused, its window
 * fills, and the client has to wait. A write waits for the channel's window and for the socket.
 */
export class SshByteChannel implements ByteChannel {
  readonly #stream: Duplex
  readonly #transport: ChannelTransport
  #queue: Buffer[] = []
  #queued = 0
  #ended = false
  #wake: () => void = () => {}
  readonly #gone = new AbortController()

  constructor(stream: Duplex, transport: ChannelTransport) {
    this.#stream = stream
    this.#transport = transport
    stream.on('data', (chunk: Buffer) => this.#take(chunk))
    // Looked at where ssh2 hands bytes in, since a paused stream tells nobody how it grows.
    const push = stream.push.bind(stream)
    stream.push = (chunk, encoding) => {
      const more = push(chunk, encoding)
      if (stream.readableLength > MOST_UNREAD) transport.overrun()
      return more
    }
    stream.once('end', () => this.#end())
    stream.once('close', () => this.#lose())
    stream.on('error', () => this.#lose())
  }

  async *chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#queue.shift()
      if (chunk) {
        this.#queued -= chunk.length
        yield chunk
      } else if (this.#ended) return
      else {
        const woken = new Promise<void>(resolve => {
          this.#wake = resolve
        })
        this.#stream.resume()
        await woken
      }
    }
  }

  async write(bytes: Buffer): Promise<void> {
    await this.#transport.settled()
    if (this.#gone.signal.aborted) return
    const { socket } = this.#transport
    try {
      if (!this.#stream.write(bytes)) await this.#drained(this.#stream)
      if (socket.writableNeedDrain) await this.#drained(socket)
    } catch {
      // ssh2 throws on what is written between the socket's end and its close.
      this.#lose()
    }
    this.#transport.moved()
  }

  /** The session is over: what the client still sends is dropped, so that the channel can end. */
  discard(): void {
    this.#lose()
    this.#queue = []
    this.#stream.resume()
  }

  #take(chunk: Buffer): void {
    if (this.#gone.signal.aborted) return
    this.#queue.push(chunk)
    this.#queued += chunk.length
    if (this.#queued >= AHEAD) this.#stream.pause()
    this.#transport.moved()
    this.#wake()
  }

  #end(): void {
    this.#ended = true
    this.#wake()
  }

  #lose(): void {
    this.#gone.abort()
    this.#end()
  }

  async #drained(stream: Writable): Promise<void> {
    await once(stream, 'drain', { signal: this.#gone.signal })
  }
}
