import type { ColumnProfile } from './column-profile.ts'
import type { Guess } from './guess-columns.ts'

/**
 * Why a file is no list of contacts, in words to go on after "The file is no list of contacts: "; null when it may be
 * one. Totals by interval, agent or queue have dates and agents as well, but no row is a contact.
 */
export const noContacts = (columns: readonly ColumnProfile[], guesses: readonly Guess[]): string | null => {
  const has = (...fields: Guess['field'][]) => guesses.some(({ field }) => fields.includes(field))
  const own = guesses.some(
    ({ field, column, confidence }) => field === 'REFERENCE' && confidence >= 0.5 && isOwnId(column),
  )
  if (isDictionary(columns)) return 'it lists fields and what they mean.'
  const sums = columns.filter(isSum)
  if (!own && columns.some(isInterval))
    return `each row is an interval ("${columns.find(isInterval)?.header.text}"), not a contact.`
  if (!own && sums.length >= 2)
    return `its columns are sums and averages (${sums
      .slice(0, 3)
      .map(({ header }) => `"${header.text}"`)
      .join(', ')}).`
  if (!has('REFERENCE') && !has('CONTACT_DATE', 'CONTACT_DAY') && !has('DURATION'))
    return 'no column is an id, a date or a duration of a contact.'
  return null
}

/** Said by the header to be the id of a contact or of a part of one. */
const isOwnId = ({ header }: ColumnProfile) =>
  header.whole === 'REFERENCE' || (header.has('id') && (header.has('contact') || header.has('session')))

const isInterval = ({ header }: ColumnProfile) =>
  header.has('interval') &&
  (header.words.length === 1 || header.has('start') || header.has('clock') || header.has('date'))

const isSum = ({ header, numbers, filled, share }: ColumnProfile): boolean => {
  if (header.has('average') || header.has('count')) return true
  if (filled > 0 && numbers === null && share('clock', 'span') < 0.5) return false
  return /\b(?:calls|contacts|chats|interactions|anrufe|gesprache|appels|llamadas|chamadas|ligacoes|gesprekken|chiamate|tickets)\b/.test(
    header.words.map(({ word }) => word).join(' '),
  )
}

const isDictionary = (columns: readonly ColumnProfile[]): boolean => {
  const heads = columns.map(({ header }) => header.text.toLowerCase())
  const names = heads.some(head =>
    /^(?:field|column|attribute|feld|spalte|champ|campo|colonne|coluna|kolom|veld)s?(?:[ _-]?names?)?$/.test(
      head,
    ),
  )
  const explains = heads.some(head =>
    /^(?:data[ _-]?types?|types?|datentyp|format|descriptions?|beschreibung|descripcion|descripción|meaning|definition)$/.test(
      head,
    ),
  )
  return names && explains
}
