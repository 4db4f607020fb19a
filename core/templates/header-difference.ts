/** How headers are compared: trimmed, whatever their case and Unicode form. */
export const foldHeader = (header: string): string => header.trim().toLowerCase().normalize('NFC')

/** One agreed column and what stands for it in the file, side by side. */
export interface HeaderDifference {
  /** Among the agreed ones, from 1; null for an extra column. */
  position: number | null
  agreed: string | null
  /** Among the file's columns, from 1; null for a missing one. */
  foundAt: number | null
  found: string | null
  verdict: 'same' | 'missing' | 'moved' | 'renamed' | 'extra'
}

/** The cheapest way from one list to the other by leaving out, putting in and renaming, as `diff` would find it. */
const costs = (agreed: string[], found: string[]): Uint16Array[] => {
  const rows = Array.from({ length: agreed.length + 1 }, () => new Uint16Array(found.length + 1))
  for (let a = agreed.length; a >= 0; a--) {
    for (let f = found.length; f >= 0; f--) {
      const row = rows[a]
      if (row === undefined) continue
      const down = rows[a + 1]?.[f] ?? 0
      const right = row[f + 1] ?? 0
      const across = rows[a + 1]?.[f + 1] ?? 0
      if (a === agreed.length) row[f] = found.length - f
      else if (f === found.length) row[f] = agreed.length - a
      else row[f] = agreed[a] === found[f] ? across : 1 + Math.min(across, down, right)
    }
  }
  return rows
}

export const alignHeaders = (agreed: readonly string[], found: readonly string[]): HeaderDifference[] => {
  const left = agreed.map(foldHeader)
  const right = found.map(foldHeader)
  const table = costs(left, right)
  const cost = (a: number, f: number) => table[a]?.[f] ?? Number.POSITIVE_INFINITY
  const pairs: HeaderDifference[] = []
  let a = 0
  let f = 0
  while (a < left.length || f < right.length) {
    const here = cost(a, f)
    const same = a < left.length && f < right.length && left[a] === right[f]
    const renamed = a < left.length && f < right.length && here === 1 + cost(a + 1, f + 1)
    const takesAgreed = same || renamed || (a < left.length && here === 1 + cost(a + 1, f))
    const takesFound = same || renamed || !takesAgreed
    pairs.push({
      position: takesAgreed ? a + 1 : null,
      agreed: takesAgreed ? (agreed[a] ?? null) : null,
      foundAt: takesFound ? f + 1 : null,
      found: takesFound ? (found[f] ?? null) : null,
      verdict: same ? 'same' : takesAgreed && takesFound ? 'renamed' : takesAgreed ? 'missing' : 'extra',
    })
    if (takesAgreed) a++
    if (takesFound) f++
  }
  return withMoves(pairs)
}

/** What is missing at its place and stands at another has moved: it is said once, with both places. */
const withMoves = (pairs: HeaderDifference[]): HeaderDifference[] => {
  const elsewhere = new Map<string, HeaderDifference>()
  for (const pair of pairs)
    if (pair.found !== null && pair.verdict !== 'same') elsewhere.set(foldHeader(pair.found), pair)
  const split = pairs.flatMap(pair => {
    if (pair.verdict !== 'renamed' || pair.agreed === null || pair.found === null) return [pair]
    const agreed = foldHeader(pair.agreed)
    const movedAway = elsewhere.has(agreed)
    const movedHere = pairs.some(
      other => other.verdict !== 'same' && foldHeader(other.agreed ?? '') === foldHeader(pair.found ?? ''),
    )
    if (!movedAway && !movedHere) return [pair]
    return [
      { ...pair, found: null, foundAt: null, verdict: 'missing' as const },
      { ...pair, agreed: null, position: null, verdict: 'extra' as const },
    ]
  })
  const used = new Set<HeaderDifference>()
  const moved = split.map(pair => {
    if (pair.verdict !== 'missing') return pair
    const there = split.find(
      other =>
        other.verdict === 'extra' &&
        !used.has(other) &&
        foldHeader(other.found ?? '') === foldHeader(pair.agreed ?? ''),
    )
    if (there === undefined) return pair
    used.add(there)
    return { ...pair, found: there.found, foundAt: there.foundAt, verdict: 'moved' as const }
  })
  return moved.filter(pair => !used.has(pair))
}
