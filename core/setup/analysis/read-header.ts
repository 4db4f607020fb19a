import type { ContactField } from '../../templates/template.ts'
import type { Concept } from './header-words.ts'
import { fillers, headerWords, wholeHeaders } from './header-words.ts'

/** A header taken apart into the words of the trade. */
export interface HeaderReading {
  /** As it stands in the file, trimmed. */
  text: string
  /** The field that the whole header means, if the table has it. */
  whole: ContactField | null
  /** The words outside of brackets, in their order; fillers are left out. */
  words: HeaderWord[]
  /** What words in brackets say, and units: `(UTC)`, `(s)`, `(hh:mm)`. */
  hints: ReadonlySet<Concept>
  /** The text in brackets, in small letters. */
  hintText: string
  has: (concept: Concept) => boolean
}

interface HeaderWord {
  word: string
  /** Empty for a word that the table does not have. */
  concepts: ReadonlySet<Concept>
}

const nothing: ReadonlySet<Concept> = new Set()

const dictionary = new Map<string, Set<Concept>>()
for (const [concept, words] of Object.entries(headerWords) as [Concept, string][])
  for (const word of words.split(/\s+/))
    dictionary.set(word, (dictionary.get(word) ?? new Set()).add(concept))

const silent = new Set(fillers.split(/\s+/))

const squeeze = (text: string) => text.replaceAll(/[^a-z0-9]+/g, '')

const whole = new Map<string, ContactField>()
for (const [field, headers] of Object.entries(wholeHeaders) as [ContactField, string][])
  for (const header of headers.split(',')) whole.set(squeeze(header), field)

/** Small letters without accents; signs that stand for words become them. */
export const foldWords = (text: string): string =>
  text
    .replaceAll(/[Øø](?=\s|$)|\u2300/g, ' avg ')
    .replaceAll(/[nN][°º]|#|№/g, ' nr ')
    .replaceAll('%', ' percent ')
    .replaceAll(/['’]s(?![\p{L}])/gu, '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/[øØ]/g, 'o')
    .replaceAll(/([\p{Ll}0-9])(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()

const tokensOf = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u).filter(token => token !== '')

/** Headers are a few words; what is longer is told by its beginning. */
const LONGEST = 200

export const readHeader = (header: string): HeaderReading => {
  const text = header.trim()
  const folded = foldWords(text.slice(0, LONGEST))
  const inBrackets = [...folded.matchAll(/[([{]([^)\]}]*)[)\]}]/g)].map(match => match[1] ?? '').join(' ')
  const outside = folded.replaceAll(/[([{][^)\]}]*[)\]}]?/g, ' ')
  const words = withoutNegations(tokensOf(outside).flatMap(wordsIn))
  const said = new Set(words.flatMap(({ concepts }) => [...concepts]))
  const hints = new Set(tokensOf(inBrackets).flatMap(token => [...(dictionary.get(token) ?? nothing)]))
  return {
    text,
    whole: whole.get(squeeze(outside)) ?? whole.get(squeeze(folded)) ?? null,
    words: words.filter(({ word }) => !silent.has(word)),
    hints,
    hintText: inBrackets.trim(),
    has: concept => said.has(concept),
  }
}

const flag: ReadonlySet<Concept> = new Set(['boolean'])

/** `No` behind a word is a number, and before one it says that there is none: `Agent No`, `NoAgent`. */
const withoutNegations = (words: HeaderWord[]): HeaderWord[] =>
  words.map((word, at) =>
    word.word === 'no' && at === 0 && words.length > 1 ? { word: 'no', concepts: flag } : word,
  )

const wordsIn = (token: string): HeaderWord[] => {
  const known = dictionary.get(token)
  if (known !== undefined || silent.has(token)) return [{ word: token, concepts: known ?? nothing }]
  const parts = takeApart(token)
  if (parts === null) return [{ word: token, concepts: nothing }]
  return parts.map(word => ({ word, concepts: dictionary.get(word) ?? nothing }))
}

/** Letters that join the parts of a German or Dutch word. */
const JOINTS = ['', 's', 'es', 'n', 'en', 'e', 'er']

/** The words that a token is made of without a rest, the longest first; null when it is not made of known ones. */
const takeApart = (token: string, hopeless: Set<string> = new Set()): string[] | null => {
  if (token.length < 4 || token.length > 40 || hopeless.has(token)) return null
  for (let length = token.length - 2; length >= 2; length--) {
    const first = token.slice(0, length)
    if (!dictionary.has(first) && !(length > 1 && silent.has(first))) continue
    for (const joint of length >= 4 ? JOINTS : ['']) {
      if (!token.startsWith(joint, length)) continue
      const rest = token.slice(length + joint.length)
      if (rest.length < 2) continue
      const more = dictionary.has(rest) ? [rest] : takeApart(rest, hopeless)
      if (more !== null) return [first, ...more]
    }
  }
  hopeless.add(token)
  return null
}
