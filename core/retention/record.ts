import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Bucket } from '../vault/bucket.ts'
import type { Vault } from '../vault/vault.ts'

/**
 * The record of what was destroyed, outside the database: objects in the bucket that are only ever added, so that a
 * database restored from a backup can be told what it must not have any more. No personal data stand in it.
 *
 *   destroyed/000000000017.intent   before the commit: tenant, time, ids of objects, keyed hashes of references and files
 *   destroyed/000000000017.done     after the commit: it was destroyed
 *   destroyed/000000000017.void     the transaction was rolled back: it was not
 *
 * Each is sealed with an HMAC of a key made from the master key: whoever can write to the bucket alone cannot have
 * anything destroyed.
 */
export const RECORD_PREFIX = 'destroyed/'

export interface Destroyed {
  tenantId: string
  at: Date
  /** Keyed hashes. */
  references: readonly string[]
  /** Ids of vault objects. */
  objects: readonly string[]
  /** Keyed hashes of names with their bytes, of recordings and files. Intents of the first form have none. */
  memories: readonly string[]
}

type Written = Omit<Destroyed, 'at' | 'memories'> & { at: string; memories?: string[] }

export type Outcome = 'done' | 'void'

export interface DestructionRecord {
  /** Rejects, and changes nothing, when the number stands there already: what is on record is not written over. */
  intend(number: number, destroyed: Destroyed): Promise<void>
  settle(number: number, outcome: Outcome): Promise<void>
  /** All numbers after this one in their order; `undefined` is an intent that nobody has settled. */
  after(number: number): AsyncIterable<{ number: number; outcome: Outcome | undefined }>
  /** What an intent says. Rejects when it is not there or not as it was written. */
  read(number: number): Promise<Destroyed>
}

const nameOf = (number: number, ending: 'intent' | Outcome) =>
  `${RECORD_PREFIX}${String(number).padStart(12, '0')}.${ending}`

export const destructionRecord = ({
  bucket,
  master,
}: Pick<Vault, 'bucket' | 'master'>): DestructionRecord => {
  const sealOf = async (text: string) =>
    createHmac('sha256', await master.derive('record of destructions 1'))
      .update(text)
      .digest('hex')
  const put = async (name: string, content: object) => {
    const text = JSON.stringify(content)
    await bucket.put(name, Buffer.from(`${text}\n${await sealOf(`${name}\n${text}`)}\n`))
  }
  return {
    async intend(number, { tenantId, at, references, objects, memories }) {
      if (await isTaken(bucket, number))
        throw new Error(`Destruction ${number} is on record already: the database counts from before it`)
      const destroyed = { tenantId, at: at.toISOString(), references, objects, memories }
      await put(nameOf(number, 'intent'), { number, ...destroyed })
    },

    settle: (number, outcome) => put(nameOf(number, outcome), { number }),

    async *after(number) {
      let open: { number: number; outcome: Outcome | undefined } | undefined
      for await (const { name } of bucket.list(RECORD_PREFIX, nameOf(number, 'void'))) {
        const [, digits, ending] = /^destroyed\/(\d{12})\.(intent|done|void)$/.exec(name) ?? []
        if (digits === undefined) continue
        const of = Number(digits)
        if (open !== undefined && open.number !== of) {
          yield open
          open = undefined
        }
        open ??= { number: of, outcome: undefined }
        // A deletion that was confirmed stays one, whatever else was said.
        if (ending === 'done' || (ending === 'void' && open.outcome === undefined)) open.outcome = ending
      }
      if (open !== undefined) yield open
    },

    async read(number) {
      const name = nameOf(number, 'intent')
      const bytes = await whole(bucket, name)
      const [text = '', seal = ''] = bytes.toString().split('\n')
      const expected = await sealOf(`${name}\n${text}`)
      if (seal.length !== expected.length || !timingSafeEqual(Buffer.from(seal), Buffer.from(expected)))
        throw new Error(`${name} is not as it was written, or of another master key`)
      const { tenantId, at, references, objects, memories = [] } = JSON.parse(text) as Written
      return { tenantId, at: new Date(at), references, objects, memories }
    },
  }
}

/** One request. */
async function isTaken(bucket: Bucket, number: number): Promise<boolean> {
  for await (const { name } of bucket.list(RECORD_PREFIX, nameOf(number - 1, 'void')))
    return name < nameOf(number + 1, 'done')
  return false
}

async function whole(bucket: Bucket, name: string): Promise<Buffer> {
  const head = await bucket.head(name)
  const answer = head && (await bucket.get(name, 0, head.size))
  if (answer === undefined) throw new Error(`${name} is not in the bucket`)
  return answer.bytes
}
