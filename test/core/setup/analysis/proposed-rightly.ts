import { analyseSample } from '../../../../core/setup/analysis/analyse-sample.ts'
import type { SampleColumn } from '../../../../core/setup/analysis/sample-analysis.ts'
import type { Labels } from './export-labels.ts'
import type { LabelledExport } from './read-headers.ts'
import { fileOf } from './read-headers.ts'

type Field = keyof Labels

export interface Miss {
  export: string
  field: Field
  proposed: string
  wanted: string
  confidence: number
}

export interface Result {
  share: number
  /** The share where only the first label counts as right. */
  strict: number
  fields: number
  misses: Miss[]
  /** Proposals by confidence, in tenths: how many, and how many of them right. */
  calibration: { upTo: number; proposals: number; right: number }[]
}

const fields: readonly Field[] = ['reference', 'agent', 'date', 'duration']
const ROWS = 80

/** Each export as a file through the analysis, and each of its fields compared with its label. */
export const proposedRightly = (exports: readonly LabelledExport[]): Result => {
  const misses: Miss[] = []
  const proposals: { confidence: number; right: boolean }[] = []
  let right = 0
  let strict = 0
  for (const [seed, entry] of exports.entries()) {
    const { columns } = analyseSample(fileOf(entry, ROWS, seed + 1), { fileName: 'sample.csv' })
    for (const field of fields) {
      const wanted = entry.labels[field].map(place => (typeof place === 'number' ? [place] : [...place]))
      const found = proposal(columns, field)
      const same = (places: readonly number[]) => places.join() === found.places.join()
      const isRight = wanted.length === 0 ? found.places.length === 0 : wanted.some(same)
      if (isRight) right++
      if (isRight && (wanted[0] === undefined || same(wanted[0]))) strict++
      if (found.places.length > 0) proposals.push({ confidence: found.confidence, right: isRight })
      if (!isRight)
        misses.push({
          export: entry.name,
          field,
          proposed: named(found.places, entry),
          wanted: wanted.map(places => named(places, entry)).join(' or ') || 'none',
          confidence: found.confidence,
        })
    }
  }
  const count = exports.length * fields.length
  const calibration = [0.5, 0.6, 0.7, 0.8, 0.9, 1].map((upTo, index) => {
    const within = proposals.filter(
      ({ confidence }) => confidence <= upTo && confidence > (index === 0 ? 0 : upTo - 0.1),
    )
    return { upTo, proposals: within.length, right: within.filter(proposal => proposal.right).length }
  })
  return { share: right / count, strict: strict / count, fields: count, misses, calibration }
}

const guesses: Record<Field, readonly SampleColumn['guess'][]> = {
  reference: ['REFERENCE'],
  agent: ['AGENT'],
  date: ['CONTACT_DATE', 'CONTACT_DAY', 'CONTACT_TIME'],
  duration: ['DURATION'],
}

/** A day stands before its time, whichever comes first in the file. */
const proposal = (columns: readonly SampleColumn[], field: Field) => {
  const found = guesses[field].flatMap(guess => columns.filter(column => column.guess === guess))
  return {
    places: found.map(({ position }) => position),
    confidence: Math.max(0, ...found.map(({ confidence }) => confidence)),
  }
}

const named = (places: readonly number[], { header }: LabelledExport) =>
  places.map(place => `${place} ${header[place - 1]?.trim()}`).join(' + ') || 'none'

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

export const report = (title: string, { share, strict, fields, misses, calibration }: Result): string =>
  [
    `${title}: ${percent(share)} of ${fields} fields proposed rightly, ${percent(strict)} as hoped for first.`,
    ...misses.map(
      miss =>
        `  ${miss.export}: ${miss.field} is ${miss.wanted}, proposed ${miss.proposed} (${miss.confidence})`,
    ),
    `  Right by confidence: ${calibration.map(({ upTo, proposals, right }) => `≤ ${upTo}: ${right} of ${proposals}`).join(', ')}`,
  ].join('\n')
