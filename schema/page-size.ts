/** Entries of a page that says nothing. */
export const DEFAULT_PAGE = 50

export const MOST_A_PAGE = 200
