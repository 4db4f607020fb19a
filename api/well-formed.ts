import type { FieldFault } from '../core/refusal.ts'
import { SentFile } from '../core/setup/sent-file.ts'

/** Who has more faults has one program to correct; no input of ours is as deep. */
const MOST = { told: 20, depth: 20 }

/** A value, and what it is called in the one that it stands in. */
interface Place {
  value: unknown
  name: string
  above: Place | undefined
}

/**
 * What in the variables of an operation holds half a character (a surrogate without its other half), which can neither
 * be stored nor answered as it came. Literals of a query are looked at by its parser.
 */
export function halfCharacters(variables: unknown): FieldFault[] {
  const faults: FieldFault[] = []
  const left: Place[] = [{ value: variables, name: '', above: undefined }]
  for (let place = left.pop(); place && faults.length < MOST.told; place = left.pop()) {
    const { value, name } = place
    if (!name.isWellFormed() || (typeof value === 'string' && !value.isWellFormed()))
      faults.push({ path: pathOf(place), message: 'The text holds half a character. Leave it out.' })
    if (typeof value !== 'object' || value === null || value instanceof SentFile) continue
    for (const [inner, below] of Object.entries(value).toReversed())
      left.push({ value: below, name: inner, above: place })
  }
  return faults
}

function pathOf(place: Place): string[] {
  const path: string[] = []
  for (let at = place; at.above; at = at.above) path.push(at.name.toWellFormed())
  return path.toReversed().slice(0, MOST.depth)
}
