import { createHmac, timingSafeEqual } from 'node:crypto'
import { StartFault } from '../operation/start-fault.ts'
import type { Bucket } from '../vault/bucket.ts'
import type { Vault } from '../vault/vault.ts'

/**
 * The record of what was destroyed, outside the database: objects in the bucket that are only ever added, so that a
 * database restored from a backup can be told what it must not have any more. No personal data stand in it.
 *
 *   destroyed/000000000017.intent   before the commit: tenant, time, ids of objects, keyed hashes of references and files
 *   destroyed/000000000017.done     after the commit: it was destroyed
 *   destroyed/000000000017.void     the transaction was rolled back: it was not
 *   destroyed/000000000017.waived   it was, but its intent is lost, and an operator went on without it
 *
 * Each is sealed with an HMAC of a key made from the master key: whoever can write to the bucket alone cannot have
 * anything destroyed, since nothing is done for a number whose files are not proved.
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

export type Outcome = 'done' | 'void' | 'waived'

/** A file of the record is lost, or somebody else wrote it: nothing can be done for its number. */
export class RecordDamaged extends StartFault {
  override readonly name = 'RecordDamaged'
  readonly number: number

  constructor(number: number, what: string) {
    super(what)
    this.number = number
  }
}

export interface DestructionRecord {
  /** Rejects, and changes nothing, when the number stands there already: what is on record is not written over. */
  intend(number: number, destroyed: Destroyed): Promise<void>
  /** `more` stands beside it: who waived a number, and when. */
  settle(number: number, outcome: Outcome, more?: Readonly<Record<string, string>>): Promise<void>
  /** All numbers after this one in their order; `undefined` is an intent that nobody has settled. */
  after(number: number): AsyncIterable<{ number: number; outcome: Outcome | undefined }>
  /** What an intent says. Rejects with RecordDamaged when it is not there or not as it was written. */
  read(number: number): Promise<Destroyed>
  /** Rejects with RecordDamaged when this file of the number is not as it was written, by whoever has the master key. */
  prove(number: number, ending: 'intent' | Outcome): Promise<void>
}

const nameOf = (number: number, ending: 'intent' | Outcome) =>
  `${RECORD_PREFIX}${String(number).padStart(12, '0')}.${ending}`

/** Behind all files of a number, before those of the next. */
const behind = (number: number) => `${RECORD_PREFIX}${String(number).padStart(12, '0')}.~`

/** A deletion that was confirmed stays one, whatever else was said, until an operator waives it. */
const RANK = { void: 1, done: 2, waived: 3 }

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
  const sealed = async (number: number, ending: 'intent' | Outcome): Promise<string> => {
    const name = nameOf(number, ending)
    const bytes = await whole(bucket, name)
    if (bytes === undefined) throw new RecordDamaged(number, `${name} is not in the bucket`)
    const [text = '', seal = ''] = bytes.toString().split('\n')
    const expected = await sealOf(`${name}\n${text}`)
    if (seal.length !== expected.length || !timingSafeEqual(Buffer.from(seal), Buffer.from(expected)))
      throw new RecordDamaged(number, `${name} is not as it was written, or of another master key`)
    return text
  }
  return {
    async intend(number, { tenantId, at, references, objects, memories }) {
      if (await isTaken(bucket, number))
        throw new Error(`Destruction ${number} is on record already: the database counts from before it`)
      const destroyed = { tenantId, at: at.toISOString(), references, objects, memories }
      await put(nameOf(number, 'intent'), { number, ...destroyed })
    },

    settle: (number, outcome, more = {}) => put(nameOf(number, outcome), { number, ...more }),

    async *after(number) {
      let open: { number: number; outcome: Outcome | undefined } | undefined
      for await (const { name } of bucket.list(RECORD_PREFIX, behind(number))) {
        const [, digits, ending] = /^destroyed\/(\d{12})\.(intent|done|void|waived)$/.exec(name) ?? []
        if (digits === undefined) continue
        const of = Number(digits)
        if (open !== undefined && open.number !== of) {
          yield open
          open = undefined
        }
        open ??= { number: of, outcome: undefined }
        if (
          ending !== undefined &&
          isOutcome(ending) &&
          RANK[ending] > (open.outcome ? RANK[open.outcome] : 0)
        )
          open.outcome = ending
      }
      if (open !== undefined) yield open
    },

    async read(number) {
      const {
        tenantId,
        at,
        references,
        objects,
        memories = [],
      } = JSON.parse(await sealed(number, 'intent')) as Written
      return { tenantId, at: new Date(at), references, objects, memories }
    },

    async prove(number, ending) {
      await sealed(number, ending)
    },
  }
}

/** One request. */
async function isTaken(bucket: Bucket, number: number): Promise<boolean> {
  for await (const { name } of bucket.list(RECORD_PREFIX, behind(number - 1))) return name < behind(number)
  return false
}

const isOutcome = (ending: string): ending is Outcome => ending in RANK

async function whole(bucket: Bucket, name: string): Promise<Buffer | undefined> {
  const head = await bucket.head(name)
  const answer = head && (await bucket.get(name, 0, head.size))
  return answer?.bytes
}
