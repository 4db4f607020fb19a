import { layoutOf } from './time-layout.ts'

/** What a cell looks like, whatever stands above it. */
export type CellKind =
  | 'uuid'
  | 'hex'
  | 'epochId'
  | 'url'
  | 'email'
  | 'mediaFile'
  | 'file'
  | 'endpoint'
  | 'address'
  | 'phone'
  | 'scientific'
  | 'integer'
  | 'decimal'
  | 'clock'
  | 'span'
  | 'moment'
  | 'day'
  | 'direction'
  | 'channel'
  | 'flag'
  | 'code'
  | 'login'
  | 'name'
  | 'text'

const DIRECTIONS = new Set(
  `in out inbound outbound internal incoming outgoing intern extern external originating terminating originate terminate
  eingehend ausgehend eingang ausgang kommend gehend ankommend abgehend
  entrant sortant entrante saliente sortante entrada salida saida recebida efetuada realizada originada recibida interna interno
  inkomend uitgaand in arrivo uscita inkommend callin callout inbound_call outbound_call`.split(/\s+/),
)

const CHANNELS = new Set(
  `voice call phone chat email e-mail mail sms whatsapp telegram facebook messenger video callback social webchat message
  audio fax telefon sprache appel voix courriel llamada voz correo chamada telefonia spraak gesprek chiamata voce
  instagram twitter task`.split(/\s+/),
)

const FLAGS = new Set(
  `yes no true false y n t f j nein ja oui non si sí não nao sim s v x 0 1 on off wahr falsch vrai faux`.split(
    ' ',
  ),
)

const UUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i
const HEX = /^(?=.*\d)(?=.*[a-f])(?:[A-Z]{2})?[0-9a-f]{16,64}$/i
const PHONE =
  /^(?:tel:|sips?:)?(?:\+|00)\d[\d ()./-]{5,20}$|^\(?0?\d{1,5}\)?[ /.-]\d[\d ./-]{4,15}$|^\(\d{3}\) ?\d{3}-\d{4}$/i
const ENDING =
  /\.(?:wav|mp3|ogg|oga|opus|m4a|aac|flac|gsm|wma|amr|au|vox|mka|mp4|m4v|webm|mkv|avi|mov|wmv|3gp|nmf|aud)$/i

/** What is longer is no id, name or address. */
const LONGEST = 500

/** The kind of one trimmed cell that is not empty. */
export const cellKind = (cell: string): CellKind => {
  if (cell.length > LONGEST) return 'text'
  const lower = cell.toLowerCase()
  if (cell.length < 24) {
    if (DIRECTIONS.has(lower)) return 'direction'
    if (FLAGS.has(lower)) return 'flag'
    if (CHANNELS.has(lower)) return 'channel'
  }
  const first = cell.charCodeAt(0)
  const digitFirst = first >= 48 && first <= 57
  if (digitFirst || first === 45) {
    if (/^-?\d+$/.test(cell)) return 'integer'
    if (/^-?\d+[.,]\d+$/.test(cell)) return /^1[0-9]{9}\.\d{1,9}$/.test(cell) ? 'epochId' : 'decimal'
    if (/^-?\d+(?:[.,]\d+)?E[+-]?\d+$/i.test(cell)) return 'scientific'
    if (/^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?$/.test(cell)) return 'address'
  }
  if (UUID.test(cell)) return 'uuid'
  const layout = layoutOf(cell)
  if (layout !== null) return layout.hasDay ? (layout.hasClock ? 'moment' : 'day') : 'clock'
  if (
    /^(?:\d+ ?h(?:rs?|ours?)?)? ?(?:\d+ ?m(?:in|ins|inutes?)?)? ?(?:\d+(?:[.,]\d+)? ?s(?:ec|ecs|econds?)?)?$/i.test(
      cell,
    )
  )
    return 'span'
  if (/^P(?:\d+D)?T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?$/.test(cell)) return 'span'
  if (/^https?:\/\//i.test(cell)) return ENDING.test(cell.replace(/[?#].*$/, '')) ? 'mediaFile' : 'url'
  if (ENDING.test(cell)) return 'mediaFile'
  if (/^[a-z]:\\|^\\\\\w|^\/(?:[\w.-]+\/)+[\w.-]+$/i.test(cell)) return 'file'
  if (/^[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+$/.test(cell)) return 'email'
  if (PHONE.test(cell)) return 'phone'
  if (/^(?:SIP|PJSIP|IAX2|DAHDI|Local|sips?:|SEP[0-9A-F]{12})/.test(cell) || /@\d+\.\d+/.test(cell))
    return 'endpoint'
  return wordKind(cell)
}

const wordKind = (cell: string): CellKind => {
  if (HEX.test(cell)) return 'hex'
  if (cell.length <= 64 && /^[^\s]*\d[^\s]*$/.test(cell)) return 'code'
  if (/^[a-z][a-z0-9._-]{1,31}$/.test(cell)) return 'login'
  if (isName(cell)) return 'name'
  return 'text'
}

/** `Jane Sample`, `Sample, Jane`, `SAMPLE Jane`, `Last, First (117)`, `101 - Jane Sample`. */
const isName = (cell: string): boolean =>
  cell.length <= 60 &&
  /^(?:\d{2,6} ?[-–:] ?)?\p{Lu}[\p{L}.'’-]*(?:,? (?:\p{Lu}[\p{L}.'’-]*|d[aeiou]s?|v[ao]n|den?r?|la|el|y|e|zu|ten|ter|bin|al)){1,4}(?: ?[([<]\d+[)\]>])?$/u.test(
    cell,
  )
