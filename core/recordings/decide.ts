import { type Fit, MOST_ALIKE, type RecordingFile, type RecordingShelves } from './name-fit.ts'

/** What stands between a contact and a file: the rows of all its versions. */
export interface Standing {
  /** The newest usable version. */
  fileId: string
  state: 'LINKED' | 'CANDIDATE' | 'REJECTED'
  how: Link['how']
  slot: Slot
  /** When a person decided it; none where matching did. */
  decidedAt: number | null
}

/** Which of a contact's two names a recording answers; called as the kind of recording that fits it. */
export type Slot = 'AUDIO' | 'SCREEN'
const slots = ['AUDIO', 'SCREEN'] as const

export interface NamedContact {
  /** As its file wrote them. */
  names: Readonly<Record<Slot, string | null>>
  /** By which recordings of the names are found. */
  keys: Readonly<Record<Slot, string | null>>
  /** Evaluated or held: nothing is taken from it that it has, only what fits better comes to it as well. */
  guarded: boolean
}

export interface Link {
  state: 'LINKED' | 'CANDIDATE'
  how: Fit<RecordingFile>['how'] | 'HAND'
  slot: Slot
}

export type RecordingState = 'NONE_NAMED' | 'MISSING' | 'AMBIGUOUS' | 'LINKED'

export interface Decision {
  /** By the newest usable version of each file. */
  links: Map<string, Link>
  state: RecordingState
}

/**
 * Which recordings are a contact's: a function of what is there, so that it does not matter in which order it came.
 * What a person linked settles its slot; what a person rejected is not there. One file that answers best is linked. Of
 * several, the one whose kind fits the slot; else each is a candidate, and a person decides. Too many are none.
 */
export const decide = (
  contact: NamedContact,
  shelves: RecordingShelves,
  standing: readonly Standing[],
): Decision => {
  const verdicts = verdictsOf(standing)
  const links = new Map<string, Link>()
  const outcomes = slots.map(slot => {
    const outcome = outcomeOf(contact, slot, shelves, linkedIn(contact, slot, standing, verdicts), verdicts)
    for (const [fileId, link] of outcome?.links ?? [])
      if (links.get(fileId)?.state !== 'LINKED') links.set(fileId, { ...link, slot })
    return outcome?.state
  })
  return { links, state: worst(outcomes) }
}

type Verdicts = ReadonlyMap<string, Standing>

/** The last word of a person about each file; about which version of it does not matter. */
const verdictsOf = (standing: readonly Standing[]): Verdicts => {
  const verdicts = new Map<string, Standing>()
  for (const one of standing) {
    const before = verdicts.get(one.fileId)
    if (one.decidedAt !== null && one.decidedAt >= (before?.decidedAt ?? 0)) verdicts.set(one.fileId, one)
  }
  return verdicts
}

interface Outcome {
  state: 'MISSING' | 'AMBIGUOUS' | 'LINKED'
  links: [fileId: string, link: Omit<Link, 'slot'>][]
}

/** What a person linked; of a guarded contact, whatever is linked. */
const linkedIn = (
  { guarded }: NamedContact,
  slot: Slot,
  standing: readonly Standing[],
  verdicts: Verdicts,
): Standing[] =>
  [...standing.filter(one => guarded && !verdicts.has(one.fileId)), ...verdicts.values()].filter(
    one => one.state === 'LINKED' && one.slot === slot,
  )

const outcomeOf = (
  contact: NamedContact,
  slot: Slot,
  shelves: RecordingShelves,
  linked: readonly Standing[],
  verdicts: Verdicts,
): Outcome | undefined => {
  if (linked.length === 0) return match(contact, slot, shelves, verdicts)
  const links = linked.map(({ fileId, how }): Outcome['links'][number] => [fileId, { state: 'LINKED', how }])
  // Where no person has decided: else the one that the contact names would be nobody's, and go as such.
  const found = linked.some(({ fileId }) => verdicts.has(fileId))
    ? undefined
    : match(contact, slot, shelves, verdicts)
  if (found?.state === 'LINKED' && isBetter(found, fitsNow(contact.names[slot], shelves, linked)))
    links.push(...found.links)
  return { state: 'LINKED', links }
}

type How = Fit<RecordingFile>['how']

/** What is linked, and how each fits as it is called now: what it was linked for may be another's by now. */
const fitsNow = (
  name: string | null,
  shelves: RecordingShelves,
  linked: readonly Standing[],
): Map<string, How | undefined> =>
  new Map(
    linked.map(({ fileId }) => [
      fileId,
      name === null ? undefined : shelves.best(name, file => file.id === fileId)?.how,
    ]),
  )

const ranks: readonly How[] = ['PATH', 'NAME', 'STEM']

/** It fits better than what is linked does, or as well, and is the one of them whose kind fits. */
const isBetter = ({ links, among }: Found, linked: ReadonlyMap<string, How | undefined>): boolean => {
  if (links.some(([id]) => linked.has(id))) return false
  return (
    [...linked.keys()].some(id => among.has(id)) ||
    links.every(([, link]) => [...linked.values()].every(how => rankOf(link.how) < rankOf(how)))
  )
}

const rankOf = (how: Link['how'] | undefined): number =>
  how === undefined || how === 'HAND' ? ranks.length : ranks.indexOf(how)

/** What matching says. */
interface Found extends Outcome {
  /** All that fit equally well. */
  among: ReadonlySet<string>
}

const match = (
  { names, keys }: NamedContact,
  slot: Slot,
  shelves: RecordingShelves,
  verdicts: Verdicts,
): Found | undefined => {
  const name = names[slot]
  if (name === null) return undefined
  // Where `a.wav` and `a.mp4` are named side by side, neither is taken for the other while one of them is missing.
  const sameStem = keys.AUDIO === keys.SCREEN && names.AUDIO !== names.SCREEN
  const best = shelves.best(
    name,
    ({ id, kind }, how) =>
      verdicts.get(id)?.state !== 'REJECTED' && !(sameStem && how === 'STEM' && kind !== slot),
  )
  if (best === undefined) return { state: 'MISSING', links: [], among: new Set() }
  const { how, files } = best
  const among = new Set(files.map(({ id }) => id))
  if (files.length > MOST_ALIKE) return { state: 'AMBIGUOUS', links: [], among }
  const fitting = files.length > 1 ? files.filter(({ kind }) => kind === slot) : files
  const [only] = fitting
  if (only !== undefined && fitting.length === 1)
    return { state: 'LINKED', links: [[only.id, { state: 'LINKED', how }]], among }
  return { state: 'AMBIGUOUS', links: files.map(({ id }) => [id, { state: 'CANDIDATE', how }]), among }
}

const worst = (outcomes: readonly (Outcome['state'] | undefined)[]): RecordingState => {
  for (const state of ['AMBIGUOUS', 'MISSING', 'LINKED'] as const) if (outcomes.includes(state)) return state
  return 'NONE_NAMED'
}
