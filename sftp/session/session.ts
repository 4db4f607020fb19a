import type { Logger } from 'pino'
import { MalformedPacket } from '../codec/cursor.ts'
import { FrameReader, UnreadableStream } from '../codec/frames.ts'
import type { Request } from '../codec/requests.ts'
import { parseRequest } from '../codec/requests.ts'
import { packetLimits } from '../limits.ts'
import type { LoggedIn, SftpMetrics } from '../ports.ts'
import { answerError } from '../status.ts'
import type { SessionContext } from './context.ts'
import { dispatch } from './dispatch.ts'
import type { OpenHandle } from './handles.ts'
import { HandleTable } from './handles.ts'

/** A byte stream both ways. `write` is slow while the client reads slowly; that is what holds the session back. */
export interface ByteChannel {
  chunks(): AsyncIterable<Buffer>
  write(bytes: Buffer): Promise<void>
}

export interface SessionOptions {
  channel: ByteChannel
  login: Pick<LoggedIn, 'tree' | 'openHandles'>
  tally: SessionContext['tally']
  metrics?: SftpMetrics | undefined
  log: Logger
  now?: () => Date
}

/**
 * One SFTP session: requests are answered one after the other, in their order. The next is read only once the last
 * is answered, so a client that pipelines fills its own window and nothing of ours.
 *
 * Ends when the client ends the channel (what it sent before is still done), when the stream is unreadable, or by
 * `stop`. Whatever is then open for writing is aborted with the reason, never completed.
 */
export class SftpSession {
  readonly #options: SessionOptions
  readonly #context: SessionContext
  readonly #now: () => Date
  #greeted = false
  #busy = false
  #stopped: string | undefined
  #lastRequest: number

  constructor(options: SessionOptions) {
    this.#options = options
    const now = options.now ?? (() => new Date())
    this.#now = now
    this.#lastRequest = now().getTime()
    this.#context = {
      tree: options.login.tree,
      handles: new HandleTable(options.login.openHandles, () => now().getTime()),
      openHandles: options.login.openHandles,
      tally: options.tally,
      metrics: options.metrics,
      log: options.log,
      now,
    }
  }

  /** Answers why it ended, in plain words. */
  async run(): Promise<string> {
    const reason = await this.#follow().catch((error: unknown) => {
      if (error instanceof UnreadableStream) return `The client broke the protocol: ${error.message}`
      this.#options.log.error({ err: error }, 'a session failed for our fault')
      return 'The session failed on our side.'
    })
    await this.stop(reason)
    return this.#stopped ?? reason
  }

  /** Aborts what is open at once and answers nothing more; a CLOSE under way is left to finish. */
  async stop(reason: string): Promise<void> {
    this.#stopped ??= reason
    await this.#release(this.#context.handles.takeAll(), this.#stopped)
  }

  /** Gives up handles nobody has used since then. */
  async reap(since: number): Promise<void> {
    if (!this.#busy)
      await this.#release(this.#context.handles.takeIdleSince(since), 'The file was left open, idle.')
  }

  /** What a stopping server waits for: uploads, and an answer under way, which may be to a CLOSE. */
  get unfinished(): number {
    return this.#context.handles.writing + (this.#busy ? 1 : 0)
  }

  /** Since when nothing was asked; now, while something is being answered. */
  get idleSince(): number {
    return this.#busy ? this.#now().getTime() : this.#lastRequest
  }

  async #follow(): Promise<string> {
    const frames = new FrameReader(packetLimits.packet)
    for await (const chunk of this.#options.channel.chunks()) {
      frames.push(chunk)
      for (let frame = frames.next(); frame && this.#stopped === undefined; frame = frames.next()) {
        this.#busy = true
        try {
          const reply = await this.#answer(frame)
          if (this.#stopped === undefined) await this.#options.channel.write(reply)
        } finally {
          this.#busy = false
          this.#lastRequest = this.#now().getTime()
        }
      }
      if (this.#stopped !== undefined) return this.#stopped
    }
    if (!frames.atBoundary) return 'The connection broke off within a packet.'
    const unfinished = this.#context.handles.writing > 0
    return unfinished
      ? 'The client ended the session before it closed its upload.'
      : 'The client ended the session.'
  }

  async #answer(frame: Buffer): Promise<Buffer> {
    let request: Request
    try {
      request = parseRequest(frame)
    } catch (error) {
      if (error instanceof MalformedPacket && error.id !== undefined && this.#greeted) {
        return answerError(error.id, error, this.#options.log)
      }
      throw new UnreadableStream('A packet is cut short.', { cause: error })
    }
    if ((request.kind === 'init') === this.#greeted) {
      throw new UnreadableStream(this.#greeted ? 'INIT came twice.' : 'INIT did not come first.')
    }
    this.#greeted = true
    try {
      return await dispatch(request, this.#context)
    } catch (error) {
      return answerError(request.kind === 'init' ? 0 : request.id, error, this.#options.log)
    }
  }

  async #release(handles: OpenHandle[], reason: string): Promise<void> {
    await Promise.all(handles.map(open => this.#giveUp(open, reason)))
  }

  async #giveUp(open: OpenHandle, reason: string): Promise<void> {
    try {
      if (open.kind === 'read') await open.handle.close()
      if (open.kind === 'write') {
        await open.handle.abort(reason)
        this.#options.metrics?.uploadEnded('aborted')
      }
    } catch (error) {
      this.#options.log.error({ err: error }, 'a handle could not be given up')
    }
  }
}
