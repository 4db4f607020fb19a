/**
 * Which paths a template reads. People write these patterns, so the grammar is small and every match takes time in
 * proportion to pattern times path: all states of the pattern walk along the path at once, nothing is tried again.
 *
 *   ?       one character, not /
 *   *       any run of characters, not /
 *   **      as a whole segment, any number of folders, none included: /⁎⁎/⁎.csv reads /b.csv and /a/b/c.csv;
 *           as the last segment, everything below
 *   {a,b}   one of these; they may hold ? and *, not / and no further braces
 *
 * Upper and lower case are one, and so are the Unicode forms of a name. Everything else stands for itself.
 */
export interface Glob {
  matches(path: string): boolean
}

const LONGEST = 500

/** A state takes characters (`takes`, staying on itself or going on) and reaches others without one (`skips`). */
interface State {
  takes: (character: string) => boolean
  goes: number
  skips: number[]
}

const fold = (text: string) => text.normalize('NFC').toLowerCase().normalize('NFC')

/** What is wrong with a pattern, in words, or null. */
export const globFault = (pattern: string): string | null => {
  if (!pattern.startsWith('/')) return `A file pattern begins with /: "/${pattern}".`
  if (pattern.length > LONGEST) return `A file pattern has at most ${LONGEST} characters.`
  if (/[[\]\\]/.test(pattern))
    return String.raw`A file pattern knows ?, *, ** and {a,b}; [, ] and \ are not part of it.`
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(pattern)) return 'A file pattern holds no control characters.'
  if (/\{[^}]*[{/]/.test(pattern)) return 'Braces in a file pattern hold no / and no further braces.'
  if (/[{}]/.test(pattern.replace(/\{[^{}]*\}/g, ''))) return 'A brace in the file pattern has no partner.'
  for (const segment of pattern.slice(1).split('/')) {
    if (segment === '') return 'A file pattern names a file: it has no empty part between or after slashes.'
    if (segment === '.' || segment === '..') return 'A file pattern has no . and .. folders.'
    if (segment.includes('**') && segment !== '**')
      return `In a file pattern ** stands alone between slashes, not as in "${segment}".`
  }
  return null
}

const anything = () => true
const nothing = () => false
const notSlash = (character: string) => character !== '/'

const build = (pattern: string): State[] => {
  const states: State[] = []
  const add = (takes: State['takes'], goes: number, skips: number[] = []) =>
    states.push({ takes, goes, skips }) - 1
  const literal = (character: string) => add(taken => taken === character, states.length + 1)

  const simple = (text: string) => {
    for (const character of text) {
      if (character === '*') add(notSlash, states.length, [states.length + 1])
      else if (character === '?') add(notSlash, states.length + 1)
      else literal(character)
    }
  }

  const alternatives = (choices: string[]) => {
    const fork = add(nothing, 0)
    const ends: number[] = []
    for (const choice of choices) {
      states[fork]?.skips.push(states.length)
      simple(choice)
      ends.push(add(nothing, 0))
    }
    for (const end of ends) states[end]?.skips.push(states.length)
  }

  const segments = pattern.slice(1).split('/')
  literal('/')
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1
    if (segment === '**') {
      const at = states.length
      if (last) {
        add(anything, at + 1)
        add(anything, at + 1, [at + 2])
      } else {
        // At a folder's first character, inside its name, and behind its slash again.
        add(notSlash, at + 1, [at + 3])
        add(notSlash, at + 1, [at + 2])
        add(character => character === '/', at)
      }
      continue
    }
    for (const part of segment.split(/(\{[^}]*\})/)) {
      if (part.startsWith('{')) alternatives(part.slice(1, -1).split(','))
      else simple(part)
    }
    if (!last) literal('/')
  }
  add(nothing, 0)
  return states
}

export const compileGlob = (pattern: string): Glob => {
  const states = build(fold(pattern))
  const matched = states.length - 1

  /** Marks a state and all that it reaches without a character. */
  const enter = (first: number, active: Set<number>) => {
    const open = [first]
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (active.has(state)) continue
      active.add(state)
      open.push(...(states[state]?.skips ?? []))
    }
  }

  return {
    matches(path) {
      let active = new Set<number>()
      enter(0, active)
      for (const character of fold(path)) {
        const next = new Set<number>()
        for (const index of active) {
          const state = states[index]
          if (state?.takes(character) === true) enter(state.goes, next)
        }
        if (next.size === 0) return false
        active = next
      }
      return active.has(matched)
    },
  }
}
