/** A run of one letter, which means something, or text that stands for itself. */
export interface PatternPart {
  letters: string
  literal: string
}

/** Splits patterns of dates, times and durations alike; answers words when an apostrophe stays open. */
export const readPatternParts = (pattern: string): PatternPart[] | string => {
  const parts: PatternPart[] = []
  const literal = (text: string) => {
    const last = parts.at(-1)
    if (last !== undefined && last.letters === '') last.literal += text
    else parts.push({ letters: '', literal: text })
  }
  let at = 0
  while (at < pattern.length) {
    const run = /^([A-Za-z])\1*/.exec(pattern.slice(at))
    if (run !== null) {
      parts.push({ letters: run[0], literal: '' })
      at += run[0].length
      continue
    }
    if (pattern[at] !== "'") {
      literal(pattern[at] ?? '')
      at++
      continue
    }
    const quoted = /^'((?:[^']|'')*)'/.exec(pattern.slice(at))
    if (quoted === null) return `The pattern "${pattern}" has an apostrophe that is never closed.`
    literal(quoted[0] === "''" ? "'" : (quoted[1] ?? '').replaceAll("''", "'"))
    at += quoted[0].length
  }
  return parts
}
