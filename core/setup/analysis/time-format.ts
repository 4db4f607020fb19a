import type { ShapeTally } from './time-tally.ts'

/** Which of a date's three parts is which: `d`, `M` and `y` in the order they are written. */
type Order = readonly ['d' | 'M' | 'y', 'd' | 'M' | 'y', 'd' | 'M' | 'y']

const DMY: Order = ['d', 'M', 'y']
const MDY: Order = ['M', 'd', 'y']
const YMD: Order = ['y', 'M', 'd']
const YDM: Order = ['y', 'd', 'M']

export interface FittingFormats {
  /** All that fit every cell, the likeliest first. None when days and months change places between rows. */
  formats: string[]
  /** Some rows can only be day first, others only month first. */
  mixed: boolean
  /** Times are UTC by their own words, though they bear no offset that could be read. */
  utc: boolean
  /** Each cell names its offset. */
  offset: boolean
  /** All times are midnight: the cells are days, with a time that means nothing. */
  midnight: boolean
}

/** The patterns, in the language of templates, that read all cells of one shape. */
export const formatsOf = (tally: ShapeTally, dayFirst: boolean): FittingFormats => {
  const { orders, mixed } = fittingOrders(tally, dayFirst)
  const midnight = tally.sample.hasDay && tally.sample.hasClock && tally.midnights === tally.count
  const formats = orders
    .map(order => patternOf(tally, order, midnight))
    .filter((pattern): pattern is string => pattern !== null)
  return {
    formats,
    mixed,
    utc: /'(?:UTC|GMT)'/.test(tally.shape),
    offset: tally.shape.endsWith('X'),
    midnight,
  }
}

const fittingOrders = (tally: ShapeTally, dayFirst: boolean): { orders: Order[]; mixed: boolean } => {
  const { sample, least, most } = tally
  if (!sample.hasDay || tally.shape.startsWith('yyyy')) return { orders: [YMD], mixed: false }
  const [first, second] = sample.digits ?? [0, 0]
  const named = first === 0 ? 0 : second === 0 ? 1 : -1
  const fits = (order: Order) =>
    order.every((part, at) => {
      if (at === named) return part === 'M'
      const low = least[at] ?? 0
      const high = most[at] ?? 0
      if (part === 'y') return yearFits(tally, at)
      return low >= 1 && high <= (part === 'M' ? 12 : 31)
    })
  if (first === 4) return { orders: [YMD, YDM].filter(fits).slice(0, 1), mixed: false }
  const dots = tally.shape.startsWith('9.9.')
  const candidates = dots ? [DMY, YMD] : dayFirst ? [DMY, MDY, YMD] : [MDY, DMY, YMD]
  const orders = candidates.filter(fits)
  const mixed = orders.length === 0 && tally.firstBeyond12.count > 0 && tally.secondBeyond12.count > 0
  return { orders: dots ? orders.slice(0, 1) : orders, mixed }
}

/** Contacts of one sample lie within a few years; what spreads further is a day. */
const yearFits = ({ least, most, sample, count }: ShapeTally, at: number): boolean => {
  const low = least[at] ?? 0
  const high = most[at] ?? 0
  if (sample.digits?.[at] === 4) return low >= 1900 && high <= 2100
  if (sample.digits?.[at] !== 2) return false
  return at === 2 && count < 10 ? true : high - low <= 12 && (at === 2 || low >= 10)
}

const MIDNIGHT_TAIL = /[T ]9[:.]9(?:[:.]9(?:[.,]S)?)?(?: ?a)?$/

const patternOf = (tally: ShapeTally, order: Order, midnight: boolean): string | null => {
  if (tally.shape.startsWith('yyyy')) return packedPattern(tally)
  // MMM takes a dot by itself, and a month of three letters has none in some languages: `Feb.`, and `Mai`.
  const dotless = tally.shape.replace(/(?<=M)\.(?=[ ,])/, '')
  const shape = midnight ? dotless.replace(MIDNIGHT_TAIL, '') : dotless
  const twelve = shape.includes('a')
  let part = tally.sample.hasDay ? 0 : 3
  let failed = false
  const pattern = shape.replaceAll(/'[A-Za-z]+'|[A-Za-z9]|[^A-Za-z9']+/g, token => {
    if (token.startsWith("'")) return token
    if (token === '9' || token === 'M') return lettersOf(tally, order, part++, twelve)
    if (token === 'E') return 'EEE'
    if (token === 'a') return 'a'
    if (token === 'X') return 'XXX'
    if (token === 'S') {
      failed ||= tally.leastFraction !== tally.mostFraction
      return 'S'.repeat(tally.mostFraction)
    }
    return /[A-Za-z]/.test(token) ? `'${token}'` : token
  })
  if (failed) return null
  return midnight ? `${pattern}${quotedTail(tally.example)}` : pattern
}

/** The midnight that stands behind each day, as text that stands for itself. */
const quotedTail = (example: string): string =>
  `'${/[T ]\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?(?: ?[AP]M)?$/i.exec(example)?.[0] ?? ''}'`

const lettersOf = (tally: ShapeTally, order: Order, part: number, twelve: boolean): string => {
  if (part === 4) return 'mm'
  if (part === 5) return 'ss'
  if (part === 3) {
    const letter = twelve ? 'h' : 'H'
    return isPadded(tally, 3) ? letter.repeat(2) : letter
  }
  const letter = order[part] ?? 'y'
  if (tally.sample.digits?.[part] === 0) return 'MMM'
  if (letter === 'y') return 'y'.repeat(tally.sample.digits?.[part] ?? 4)
  // Year first is written with two digits everywhere.
  const padded = isPadded(tally, part) || (order[0] === 'y' && (tally.fewestDigits[part] ?? 0) === 2)
  return padded ? letter.repeat(2) : letter
}

/** Two digits always, and some cell shows that small numbers get a zero; one letter takes one digit or two. */
const isPadded = ({ fewestDigits, zeroBefore }: ShapeTally, part: number): boolean =>
  fewestDigits[part] === 2 && zeroBefore[part] === true

const packedPattern = (tally: ShapeTally): string | null => {
  if (tally.leastFraction !== tally.mostFraction) return null
  return tally.shape
    .replace(/T(?=HH)/, "'T'")
    .replace(/S$|S(?=X)/, 'S'.repeat(tally.mostFraction))
    .replace(/X$/, 'XXX')
}
