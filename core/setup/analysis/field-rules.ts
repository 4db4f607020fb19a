import type { Concept } from './header-words.ts'
import type { HeaderReading } from './read-header.ts'

/**
 * How far a header by itself speaks for a field, from 0 to 1: the sum of its words. `base` says what the words mean
 * together; each word that does not belong takes some of it away, an unknown one a little.
 */
export interface FieldRule {
  base: (header: HeaderReading) => number
  /** What a word of a concept leaves of the base. Of a word with several meanings the kindest counts. */
  factors: Partial<Record<Concept, number>>
  /** What a word leaves that belongs to concepts not named above. */
  foreign: number
  unknown: number
}

export const headerScore = (rule: FieldRule, header: HeaderReading): number => {
  let score = rule.base(header)
  if (score === 0) return 0
  for (const { concepts } of header.words) {
    if (concepts.size === 0) score *= rule.unknown
    else score *= Math.max(...Array.from(concepts, concept => rule.factors[concept] ?? rule.foreign))
  }
  return score
}

/** A reference is an id of a contact, of a part of one, or an id that says no more. */
export const referenceRule: FieldRule = {
  base: header => {
    const { has } = header
    const word = header.words.some(({ word }) => /^(?:conta|konta)/.test(word)) ? 0.91 : 0.96
    if (has('id')) {
      if (has('contact')) return word
      if (has('session')) return 0.82
      return has('matter') ? 0.55 : 0.8
    }
    if (!has('number')) return 0
    return has('contact') ? word * 0.85 : has('matter') ? 0.5 : header.words.length === 1 ? 0.3 : 0
  },
  factors: { id: 1, number: 1, contact: 1, session: 1, matter: 1, related: 0.6, recording: 0.5, kind: 0.5 },
  foreign: 0.12,
  unknown: 0.75,
}

/** The agent goes by a login, an email, an id or a name; an extension is what is left where there is nothing else. */
export const agentRule: FieldRule = {
  base: header => {
    const { has } = header
    if (has('agent')) {
      if (has('email')) return 0.97
      if (has('login')) return 0.95
      if (has('extension')) return 0.6
      if (has('id')) return 0.9
      if (has('name')) return 0.88
      return has('number') ? 0.84 : 0.93
    }
    if (has('login')) return 0.85
    return has('extension') ? 0.5 : 0
  },
  factors: {
    agent: 1,
    login: 1,
    email: 1,
    name: 1,
    id: 1,
    number: 1,
    extension: 1,
    contact: 0.9,
    handle: 0.95,
    local: 1,
    otherTime: 0.9,
    partOfName: 0.3,
    start: 0.6,
    answer: 0.6,
    talk: 0.4,
    customer: 0.3,
    supervisor: 0.15,
  },
  foreign: 0.15,
  unknown: 0.75,
}

/** The start of the contact; an end, or a moment between, is better than none and worse than a start. */
export const startRule: FieldRule = {
  base: header => {
    const { has } = header
    const timed = has('date') || has('clock') || has('moment')
    if (!timed && !has('start') && !has('end') && !has('answer')) return 0
    if (has('zone') && !has('start')) return 0.05
    if (has('end')) return 0.25
    if (has('answer')) return 0.45
    if (has('start')) return timed ? 1 : 0.95
    if (has('created')) return 0.7
    if (has('contact')) return 0.95
    return has('date') || has('moment') ? 0.9 : 0.86
  },
  factors: {
    date: 1,
    clock: 1,
    moment: 1,
    start: 1,
    end: 1,
    answer: 1,
    created: 1,
    contact: 1,
    session: 1,
    utc: 1,
    local: 1,
    zone: 0.9,
    recording: 0.95,
    matter: 0.8,
    agent: 0.6,
    seconds: 1,
    partOfName: 0.5,
    disposition: 0.3,
    otherTime: 0.15,
    waiting: 0.1,
    talk: 0.3,
    handle: 0.3,
    related: 0.5,
    id: 0.5,
    interval: 0.4,
    average: 0.1,
    count: 0.1,
  },
  foreign: 0.4,
  unknown: 0.8,
}

/** How long the contact was: in all at best, or how long it was talked, or worked at. */
export const durationRule: FieldRule = {
  base: header => {
    const { has } = header
    const spent = has('talk') || has('handle')
    if (has('duration')) return has('contact') || has('total') ? 0.96 : has('talk') ? 0.86 : 0.93
    if (has('seconds') && header.words.length === 1) return 0.62
    if (has('clock') || has('seconds') || has('milliseconds')) {
      if (has('handle')) return 0.88
      if (has('talk')) return 0.84
      if (has('total')) return 0.85
      if (has('contact')) return 0.72
      return has('agent') ? 0.55 : 0
    }
    if (has('total') && spent) return has('handle') ? 0.86 : 0.78
    return has('talk') ? 0.6 : has('handle') ? 0.3 : 0
  },
  factors: {
    duration: 1,
    contact: 1,
    session: 1,
    total: 1,
    clock: 1,
    seconds: 1,
    milliseconds: 1,
    talk: 1,
    handle: 1,
    recording: 0.9,
    agent: 0.88,
    date: 0.5,
    average: 0.65,
    customer: 0.7,
    minutes: 0.5,
    start: 0.4,
    end: 0.4,
    otherTime: 0.3,
    related: 0.5,
    phone: 0.5,
    waiting: 0.1,
    count: 0.1,
  },
  foreign: 0.25,
  unknown: 0.8,
}
