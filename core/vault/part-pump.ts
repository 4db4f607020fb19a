import { createHash } from 'node:crypto'
import type { Bucket } from './bucket.ts'
import { createByteBudget } from './byte-budget.ts'
import { MAX_PART_NUMBER } from './layout.ts'

/** A part that the store has confirmed. */
export interface StoredPart {
  partNumber: number
  firstSegment: number
  segments: number
  etag: string
  /** Of the part's ciphertext. */
  sha256: Buffer
  /** Of ciphertext. */
  bytes: number
}

/** Where the upload's owner keeps what is durable, so that another process can complete what is whole. */
export interface PartLedger {
  /** Before the first part is sent. */
  began(multipartId: string): Promise<void>
  /** After each durable part, in the order in which they became durable. A rejection stops the upload. */
  stored(part: StoredPart): Promise<void>
}

export interface PartPump {
  readonly multipartId: string | undefined
  /** Durable parts by segment. */
  readonly parts: readonly StoredPart[]
  /** One at a time. Resolves when the part has a place in the window; `release` is called when its bytes are needed no more. */
  send(part: { firstSegment: number; segments: number; body: Buffer; release(): void }): Promise<void>
  /** Resolves when every part sent is durable; rejects with the first failure. */
  drain(): Promise<void>
  /** Resolves when nothing is under way any more. */
  settle(): Promise<void>
}

export interface PumpOptions {
  bucket: Bucket
  name: string
  ledger: PartLedger
  /** Parts under way at once. */
  window: number
}

export const createPartPump = ({ bucket, name, ledger, window }: PumpOptions): PartPump => {
  const slots = createByteBudget(window)
  const parts: StoredPart[] = []
  const underWay = new Set<Promise<void>>()
  let multipartId: string | undefined
  let nextNumber = 1
  let failure: { cause: unknown } | undefined

  const throwFailure = () => {
    if (failure !== undefined) throw failure.cause
  }

  const begin = async (): Promise<string> => {
    const begun = await bucket.beginParts(name)
    try {
      await ledger.began(begun)
    } catch (error) {
      await bucket.abortParts(name, begun).catch(() => undefined)
      throw error
    }
    multipartId = begun
    return begun
  }

  const transmit = async (id: string, part: Parameters<PartPump['send']>[0], partNumber: number) => {
    const { firstSegment, segments, body } = part
    const sha256 = createHash('sha256').update(body).digest()
    const etag = await bucket.putPart(name, id, { partNumber, body, sha256 })
    const stored = { partNumber, firstSegment, segments, etag, sha256, bytes: body.length }
    await ledger.stored(stored)
    parts.splice(parts.findLastIndex(before => before.firstSegment < firstSegment) + 1, 0, stored)
  }

  return {
    get multipartId() {
      return multipartId
    },
    parts,

    async send(part) {
      const free = await slots.reserve(1)
      const done = () => {
        part.release()
        free()
      }
      try {
        throwFailure()
        const id = multipartId ?? (await begin())
        if (nextNumber > MAX_PART_NUMBER) throw new Error(`An upload has at most ${MAX_PART_NUMBER} parts`)
        const sending: Promise<void> = transmit(id, part, nextNumber++)
          .catch((cause: unknown) => {
            failure ??= { cause }
          })
          .finally(() => {
            underWay.delete(sending)
            done()
          })
        underWay.add(sending)
      } catch (error) {
        done()
        throw error
      }
    },

    async drain() {
      await Promise.all(underWay)
      throwFailure()
    },

    async settle() {
      await Promise.all(underWay)
    },
  }
}
