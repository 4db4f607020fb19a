import { type AgentColumn, foldHeaderWord, headerWords } from './header-words.ts'

/** Which column of a list holds what; a name may stand in two. */
export interface AgentColumns {
  at: Readonly<Partial<Record<AgentColumn, number>>>
  /** How many columns there are. */
  width: number
  /** Headers that mean nothing to us, as they are written. */
  unknown: string[]
}

/** What is wrong with a header, in words; the list cannot be read. */
export interface ColumnFault {
  fault: string
}

const KNOWN = 'name, email, username, externalId, aliases'

/**
 * Reads a header. A word that means different things beside different others (`Name` beside `Vorname`, `ID` beside
 * `Personalnummer`) means what those leave for it.
 */
export function readAgentColumns(header: readonly string[]): AgentColumns | ColumnFault {
  const meanings = header.map(cell => headerWords.get(foldHeaderWord(cell)))
  const sure = new Set(meanings.filter(meaning => typeof meaning === 'string'))
  const settled = meanings.map(meaning =>
    typeof meaning === 'string'
      ? meaning
      : meaning?.find(({ unless }) => !unless.some(other => sure.has(other)))?.is,
  )
  const at: Partial<Record<AgentColumn, number>> = {}
  for (const [index, column] of settled.entries()) {
    if (column === undefined) continue
    const first = at[column]
    if (first !== undefined)
      return {
        fault: `Two columns could be the ${column}: ${said(header[first])} and ${said(header[index])}. Leave one of them out, or give it another header.`,
      }
    at[column] = index
  }
  if (at.name === undefined && (at.firstName === undefined || at.lastName === undefined))
    return {
      fault: `No column of the header is the agent's name: it has ${header.map(said).join(', ')}. The first line names the columns: ${KNOWN}.`,
    }
  const unknown = header.filter((cell, index) => settled[index] === undefined && cell.trim() !== '')
  return { at, width: header.length, unknown }
}

/** How many cells of a line are headers that we know: tells a delimiter from others. */
export const knownHeaders = (cells: readonly string[]): number =>
  cells.filter(cell => headerWords.has(foldHeaderWord(cell))).length

const said = (cell: string | undefined) => `"${(cell ?? '').trim().slice(0, 60)}"`
