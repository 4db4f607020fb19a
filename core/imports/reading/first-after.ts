/** Where a character stands next in a text that is read from its beginning to its end; infinity for nowhere. */
export interface FirstAfter {
  (text: string, from: number): number
  /** The text is another one from here on. */
  forget(): void
}

/** Each stretch of the text is searched once, however often it is asked from places before the same find. */
export const firstAfter = (character: string): FirstAfter => {
  let searchedFrom = 0
  let found = -1
  const find = (text: string, from: number): number => {
    if (from > found || from < searchedFrom) {
      const at = text.indexOf(character, from)
      searchedFrom = from
      found = at < 0 ? Number.POSITIVE_INFINITY : at
    }
    return found
  }
  return Object.assign(find, {
    forget() {
      searchedFrom = 0
      found = -1
    },
  })
}
