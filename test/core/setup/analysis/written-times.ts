/** Moments as exports write them: a pattern's letters are those of `core/templates/time-pattern.ts`, and month names. */
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const two = (value: number) => String(value).padStart(2, '0')

const tokens: Record<string, { shape: string; write: (at: Date) => string }> = {
  yyyy: { shape: String.raw`\d{4}`, write: at => String(at.getUTCFullYear()) },
  yy: { shape: String.raw`\d\d`, write: at => String(at.getUTCFullYear()).slice(2) },
  MMM: { shape: '[A-Z][a-z]{2}', write: at => months[at.getUTCMonth()] ?? '' },
  MM: { shape: String.raw`(?:0\d|1[012])`, write: at => two(at.getUTCMonth() + 1) },
  M: { shape: String.raw`(?:\d|1[012])`, write: at => String(at.getUTCMonth() + 1) },
  dd: { shape: String.raw`\d\d`, write: at => two(at.getUTCDate()) },
  d: { shape: String.raw`\d\d?`, write: at => String(at.getUTCDate()) },
  EEE: { shape: '[A-Z][a-z]{2}', write: at => weekdays[at.getUTCDay()] ?? '' },
  HH: { shape: String.raw`\d\d`, write: at => two(at.getUTCHours()) },
  H: { shape: String.raw`\d\d?`, write: at => String(at.getUTCHours()) },
  hh: { shape: String.raw`\d\d`, write: at => two(((at.getUTCHours() + 11) % 12) + 1) },
  h: { shape: String.raw`\d\d?`, write: at => String(((at.getUTCHours() + 11) % 12) + 1) },
  mm: { shape: String.raw`\d\d`, write: at => two(at.getUTCMinutes()) },
  ss: { shape: String.raw`\d\d`, write: at => two(at.getUTCSeconds()) },
  SSSSSS: {
    shape: String.raw`\d{6}`,
    write: at => String((at.getTime() * 7) % 1_000_000).padStart(6, '0'),
  },
  SSS: { shape: String.raw`\d{3}`, write: at => String((at.getTime() * 7) % 1000).padStart(3, '0') },
  a: { shape: '[AP]M', write: at => (at.getUTCHours() < 12 ? 'AM' : 'PM') },
}

const TOKEN = /yyyy|yy|MMM|MM|M|dd|d|EEE|HH|H|hh|h|mm|ss|SSSSSS|SSS|a|'[^']*'/g

export const writeTime = (pattern: string, at: Date): string =>
  pattern.replaceAll(TOKEN, token => tokens[token]?.write(at) ?? token.slice(1, -1))

/** In this order: where two fit, the first is meant. The month of `MM/dd` is told by the shape of `MM`. */
const patterns = [
  "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
  "yyyy-MM-dd'T'HH:mm:ss'Z'",
  "yyyy-MM-dd'T'HH:mm:ss",
  "yyyy-MM-dd HH:mm:ss' UTC'",
  "yyyy-MM-dd HH:mm' UTC'",
  "yyyy-MM-dd HH:mm:ss' +0100'",
  'yyyy-MM-dd HH:mm:ss.SSSSSS',
  'yyyy-MM-dd HH:mm:ss.SSS',
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-dd HH:mm',
  'yyyy-MM-dd',
  'yyyyMMddHHmmss.SSS',
  'yyyyMMddHHmmss',
  'yyyy/M/d HH:mm',
  'yyyy/MM/dd HH:mm',
  'yyyy/MM/dd',
  'dd/MM/yyyy HH:mm:ss',
  'dd/MM/yyyy',
  'dd/MM/yy HH:mm',
  'dd/MM/yy',
  'd/M/yyyy HH:mm:ss',
  'MM/dd/yyyy hh:mm:ss a',
  'MM/dd/yyyy hh:mm a',
  'MM/dd/yyyy',
  'M/d/yyyy h:mm:ss a',
  'M/d/yy h:mm:ss a',
  'M/d/yy h:mm a',
  'M/d/yy H:mm:ss',
  'EEE MM/dd/yyyy',
  "EEE', 'dd MMM yyyy HH:mm:ss",
  'dd MMM yyyy hh:mm a',
  'dd.MM.yyyy HH:mm:ss',
  'dd.MM.yy HH:mm',
  'dd.MM.yyyy',
  'dd-MM-yyyy HH:mm:ss',
  'MM-dd-yy',
  'MM/dd',
  'hh:mm a',
  'h:mm:ss a',
  'h:mm a',
]

const escape = (text: string) => text.replaceAll(/[.+/]/g, String.raw`\$&`)

const shapes = patterns.map(pattern => ({
  pattern,
  shape: new RegExp(
    `^${pattern.replaceAll(/yyyy|yy|MMM|MM|M|dd|d|EEE|HH|H|hh|h|mm|ss|SSSSSS|SSS|a|'[^']*'|[^a-zA-Z']/g, token => tokens[token]?.shape ?? escape(token.replaceAll("'", '')))}$`,
  ),
}))

/** The pattern that an example was written by; undefined when it is no date, and no time of day with AM or PM. */
export const patternOf = (example: string): string | undefined =>
  shapes.find(({ shape }) => shape.test(example))?.pattern
