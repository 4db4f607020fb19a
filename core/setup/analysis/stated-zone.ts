import { isTimeZone } from '../../templates/zone.ts'

/** How exports shorten zones. Some are words as well (`ET`, `IST`): they count in brackets, and at a header's beginning or end. */
const SHORT =
  `EST|EDT|ET|CST|CDT|CT|MST|MDT|MT|PST|PDT|PT|AKST|AKDT|HST|AST|ADT|BST|WET|WEST|CET|CEST|MEZ|MESZ|EET|EEST|OEZ|MSK|IST
  |SAST|PKT|SGT|HKT|PHT|JST|KST|AEST|AEDT|AET|ACST|ACDT|AWST|NZST|NZDT|BRT`.replaceAll(/\s+/g, '')

const OFFSET = /(?:UTC|GMT)[ _]?[+−-] ?\d{1,2}(?::?\d\d)?(?!\d)|(?<=[([ ])[+−-]\d\d:?\d\d(?=$|[)\] ])/i
const NAME = /(?<![A-Za-z])[A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z_+-]+)+/
const IN_BRACKETS = new RegExp(String.raw`(?<=[([{] *(?:in )?)(?:${SHORT})(?=(?: time)? *[)\]}])`, 'i')
const FIRST_OR_LAST = new RegExp(`^(?:${SHORT})(?=[ _])|(?<=[ _a-z-])(?:${SHORT})$`)
const LAST_IN_SMALL = new RegExp(`(?<=_)(?:${SHORT})$`, 'i')
const AMERICAN =
  /(?<![A-Za-z])(?:Eastern|Central|Mountain|Pacific)(?:[ _](?:Standard|Daylight))?[ _]Time(?![A-Za-z])|(?<=[([] *)(?:Eastern|Central|Mountain|Pacific)(?= *[)\]])/i

/** Headers are a few words; what is longer is told by its beginning. */
const LONGEST = 200

/** The zone that a header names as templates do, such as `America/New_York`. */
export const zoneNamed = (header: string): string | null => {
  const name = NAME.exec(header.slice(0, LONGEST))?.[0]
  return name !== undefined && isTimeZone(name) ? name : null
}

/** The zone, other than UTC, that a header states by an offset or an abbreviation, as it stands there. */
export const zoneStated = (header: string): string | null => {
  const [stated] =
    [OFFSET, IN_BRACKETS, FIRST_OR_LAST, LAST_IN_SMALL, AMERICAN]
      .map(pattern => pattern.exec(header.slice(0, LONGEST)))
      .find(found => found !== null) ?? []
  return stated === undefined || offsetOf(stated) === 0 ? null : stated
}

/**
 * Minutes ahead of UTC: `UTC`, `+01:00`, `-0500`, `UTC-5`, and numbers alone, which count hours, minutes or seconds by
 * their size. Null for what is no offset.
 */
export const offsetOf = (text: string): number | null => {
  if (/^(?:UTC|GMT|Z)$/i.test(text)) return 0
  const plain = text
    .replace(/^(?:UTC|GMT)(?=.)/i, '')
    .replaceAll(' ', '')
    .replace('−', '-')
  const clock = /^([+-])(?:(\d\d):?(\d\d)|(\d):(\d\d))$/.exec(plain)
  if (clock !== null) {
    const minutes = Number(clock[2] ?? clock[4]) * 60 + Number(clock[3] ?? clock[5])
    return clock[1] === '-' && minutes > 0 ? -minutes : minutes
  }
  if (!/^[+-]?\d{1,6}(?:\.[05]0?)?$/.test(plain)) return null
  const number = Number(plain)
  const size = Math.abs(number)
  return size <= 14 ? number * 60 : size <= 840 ? number : number / 60
}
