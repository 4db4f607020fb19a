import { Worker } from 'node:worker_threads'
import type { ColumnTemplate } from '../../templates/template.ts'
import { FileRefused } from '../problem.ts'
import type { Reading, ReadOptions } from './chunk.ts'
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts'
import { INPUT_CREDIT, PIECE_BYTES } from './thread-messages.ts'

/**
 * Without limits V8 lets garbage grow by the size of the file. With a young generation of 4 MB instead of 16 the worker
 * is some 20 MB smaller; neither costs time that could be measured.
 */
const HEAP = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 192 }

/** Reads in a thread of its own, so that parsing and merging run side by side. `thread-messages.ts` has the rules. */
export async function* readInThread(
  source: AsyncIterable<Uint8Array>,
  template: ColumnTemplate,
  options: ReadOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<Reading, void, undefined> {
  const data: ThreadData = { template, options }
  const worker = new Worker(new URL('./reading-thread.ts', import.meta.url), {
    workerData: data,
    resourceLimits: HEAP,
  })
  const post = (message: ToThread, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer)

  const ready: Reading[] = []
  let failure: { error: unknown } | null = null
  let done = false
  let over = false
  let onTheWay = 0
  let wakeConsumer = () => {}
  let wakeFeeder = () => {}

  const fail = (error: unknown) => {
    failure ??= { error }
    wakeConsumer()
    wakeFeeder()
  }

  worker.on('message', (message: FromThread) => {
    if (message.kind === 'reading') ready.push(message.reading)
    else if (message.kind === 'done') done = true
    else if (message.kind === 'refused') fail(new FileRefused(message.problem, message.rowsRead))
    else {
      onTheWay -= message.bytes
      wakeFeeder()
    }
    wakeConsumer()
  })
  worker.on('error', error => fail(new Error('The reading thread failed', { cause: error })))
  worker.on('exit', code => {
    if (!done && !over) fail(new Error(`The reading thread ended before the file did (exit code ${code})`))
  })
  const abort = () => fail(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })

  const stopped = () => over || failure !== null
  const mustWait = () => onTheWay >= INPUT_CREDIT && !stopped()

  /** The source's own buffers stay whole: others may hold on to them. Each piece is copied, and the copy moves over. */
  const feed = async () => {
    for await (const bytes of source) {
      for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
        while (mustWait()) await new Promise<void>(wake => (wakeFeeder = wake))
        if (stopped()) return
        const piece = bytes.slice(at, at + PIECE_BYTES)
        const copy = new Uint8Array(piece.byteLength)
        copy.set(piece)
        onTheWay += copy.byteLength
        post({ kind: 'bytes', bytes: copy }, [copy.buffer])
      }
      if (stopped()) return
    }
    post({ kind: 'end' })
  }

  /** The file's fault is told in its turn, so that all rows before it are read; any other ends the reading at once. */
  const feeding = feed().catch((error: unknown) => {
    if (error instanceof FileRefused) post({ kind: 'refused', problem: error.problem })
    else fail(error)
  })
  try {
    for (;;) {
      const reading = ready.shift()
      if (reading !== undefined) {
        yield reading.kind === 'rows' ? ownBuffers(reading) : reading
        post({ kind: 'wanted' })
      } else if (failure !== null) throw (failure as { error: unknown }).error
      else if (done) return
      else await new Promise<void>(wake => (wakeConsumer = wake))
    }
  } finally {
    over = true
    wakeFeeder()
    signal?.removeEventListener('abort', abort)
    await worker.terminate()
    if (failure === null) await feeding
  }
}

/** A Buffer comes out of another thread as a plain Uint8Array. */
const ownBuffers = (reading: Extract<Reading, { kind: 'rows' }>): Reading => ({
  ...reading,
  copy: asBuffer(reading.copy),
  rejectedCsv: asBuffer(reading.rejectedCsv),
})

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
