/** What was told last of each thing, so that nothing is told twice; takes memory as it fills. */
export interface LastTold {
  /** Whether this is another state than the one told last; from now on it is the one. */
  isNews(id: string, state: string): boolean
}

/** Of so many at most: what was told longest ago is forgotten, and news once more. */
export function rememberLastTold(most: number): LastTold {
  const told = new Map<string, string>()
  return {
    isNews(id, state) {
      if (told.get(id) === state) return false
      told.delete(id)
      told.set(id, state)
      const [oldest] = told.keys()
      if (told.size > most && oldest !== undefined) told.delete(oldest)
      return true
    },
  }
}
