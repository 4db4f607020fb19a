import { expect, test } from 'vitest'
import type { TimeParser, WrittenTime } from '../../../core/templates/calendar.ts'
import type { CountedFormat, TimeKind } from '../../../core/templates/counted-time.ts'
import { countedParser } from '../../../core/templates/counted-time.ts'
import { monthNamed } from '../../../core/templates/month-names.ts'
import { compileTimePattern } from '../../../core/templates/time-pattern.ts'
import { fc } from '../../support/properties.ts'
import { readAll } from '../imports/reading/read-all.ts'
import { aTemplate } from './a-template.ts'

const read = (parse: TimeParser, text: string) => {
  const into: WrittenTime = { localMs: 0, offset: null }
  return parse(text, into) ? new Date(into.localMs).toISOString().slice(0, -1) : null
}
const pattern = (text: string): TimeParser => {
  const compiled = compileTimePattern(text)
  if (typeof compiled === 'string') throw new Error(compiled)
  return compiled.parse
}
const counted = (format: CountedFormat, kind: TimeKind = 'date and time') => {
  const parser = countedParser(format, kind)
  if (parser === null) throw new Error('no such format')
  return parser
}

const languages = ['en', 'de', 'de-AT', 'fr', 'fr-CA', 'es', 'pt', 'pt-PT', 'nl', 'it']
const names = languages.flatMap(language =>
  (['long', 'short'] as const).flatMap(month => {
    const write = new Intl.DateTimeFormat(language, { month, day: 'numeric', timeZone: 'UTC' })
    return Array.from({ length: 12 }, (_, index) => {
      const part = write.formatToParts(Date.UTC(2026, index, 3)).find(({ type }) => type === 'month')
      return { language, name: part?.value ?? '', month: index + 1 }
    })
  }),
)

test('the names of months are those that programs write in each language, whole and shortened', () => {
  for (const { language, name, month } of names)
    if (!/\d/.test(name))
      expect([language, name, monthNamed(name.replace('.', ''))]).toEqual([language, name, month])
})

test('weekdays are read past in each language', () => {
  for (const language of languages)
    for (const weekday of ['long', 'short'] as const)
      for (let day = 1; day <= 7; day++) {
        const name = new Date(Date.UTC(2026, 0, day)).toLocaleDateString(language, {
          weekday,
          timeZone: 'UTC',
        })
        const text = `${name}, 0${day}/01/2026 03:04`
        expect([text, read(pattern('EEEE, dd/MM/yyyy HH:mm'), text)]).toEqual([
          text,
          `2026-01-0${day}T03:04:00.000`,
        ])
      }
})

test("the months of MySQL's French are read, but for the one that others write for June and July alike", () => {
  const short = 'jan fév mar avr mai jun jui aoû sep oct nov déc'.split(' ')
  expect(short.map(monthNamed)).toEqual([1, 2, 3, 4, 5, 6, Number.NaN, 8, 9, 10, 11, 12])
})

test('a name is read with a dot or without, in any case, with its accents or without', () => {
  const ways = (name: string) => {
    const bare = name.replace('.', '')
    return fc.constantFrom(
      bare,
      `${bare}.`,
      bare.toUpperCase(),
      bare.normalize('NFD'),
      bare.normalize('NFD').replaceAll(/\p{M}/gu, ''),
    )
  }
  const written = fc
    .constantFrom(...names.filter(({ name }) => !/\d/.test(name)))
    .chain(({ name, month }) => ways(name).map(name => ({ name, month })))
  fc.assert(
    fc.property(written, fc.constantFrom('MMM', 'MMMM'), ({ name, month }, letters) => {
      const expected = new Date(Date.UTC(2026, month - 1, 7, 9, 5)).toISOString().slice(0, -1)
      expect(read(pattern(`d ${letters} yyyy HH:mm`), `7 ${name} 2026 09:05`)).toBe(expected)
      expect(read(pattern(`dd.${letters}.yyyy HH:mm`), `07.${name}.2026 09:05`)).toBe(expected)
      expect(read(pattern(`dd-${letters}-yy HH:mm`), `07-${name}-26 09:05`)).toBe(expected)
    }),
  )
})

test.each([
  ["d 'de' MMMM 'de' yyyy HH:mm", '3 de março de 2026 9:05', null],
  ["d 'de' MMMM 'de' yyyy H:mm", '3 de março de 2026 9:05', '2026-03-03T09:05:00.000'],
  ['EEE, dd MMM yyyy HH:mm:ss', 'Mo., 02 Mär 2026 03:04:05', '2026-03-02T03:04:05.000'],
  ['EEEE, d. MMMM yyyy H:mm', 'samedi, 3. janvier 2026 3:04', '2026-01-03T03:04:00.000'],
  ['EEEE, d MMMM yyyy HH:mm', 'segunda-feira, 5 janeiro 2026 03:04', '2026-01-05T03:04:00.000'],
  ["EEEE, d 'de' MMMM 'de' yyyy H:mm", 'Terça-Feira, 6 de Janeiro de 2026 3:04', '2026-01-06T03:04:00.000'],
  ['EEE-MMM-dd-yyyy HH:mm', 'Mon-Jan-05-2026 03:04', '2026-01-05T03:04:00.000'],
  ['EEEE-dd-MM-yyyy HH:mm', 'sexta-feira-02-01-2026 03:04', '2026-01-02T03:04:00.000'],
  ['dd MMM yyyy HH:mm', '02-feira Jan 2026 03:04', null],
  ['ddMMMyyyy HHmm', '02JAN2026 0304', '2026-01-02T03:04:00.000'],
  ['MMM d, yyyy h:mm a', 'Jan 2, 2026 3:04\u202fPM', '2026-01-02T15:04:00.000'],
  ['d/M/yyyy h:mm a', '2/1/2026 12:04 a.\u00a0m.', '2026-01-02T00:04:00.000'],
  ['dd MMM yyyy HH:mm', '02 Foo 2026 03:04', null],
  ['dd MMM yyyy HH:mm', '31 Feb 2026 03:04', null],
  ['dd/MM/yy HH:mm', '02/01/69 03:04', '2069-01-02T03:04:00.000'],
  ['dd/MM/yy HH:mm', '02/01/70 03:04', '1970-01-02T03:04:00.000'],
])('%s: %s', (format, text, expected) => {
  expect(read(pattern(format), text)).toBe(expected)
})

test.each<[CountedFormat, TimeKind, string, string | null]>([
  ['EPOCH_SECONDS', 'date and time', '1767322985', '2026-01-02T03:03:05.000'],
  ['EPOCH_SECONDS', 'date and time', '1767322985.25', '2026-01-02T03:03:05.250'],
  ['EPOCH_SECONDS', 'date and time', '1767322985000', null],
  ['EPOCH_MILLISECONDS', 'date and time', '1767322985678', '2026-01-02T03:03:05.678'],
  ['EPOCH_MILLISECONDS', 'date and time', '1.767322985678E12', null],
  ['EPOCH_MILLISECONDS', 'date and time', '1767225600', null],
  ['EPOCH_SECONDS', 'date and time', '315532799', null],
  ['EPOCH_SECONDS', 'date and time', '315532800', '1980-01-01T00:00:00.000'],
  ['EPOCH_SECONDS', 'date and time', '-1', null],
  ['SPREADSHEET_DAYS', 'day', '26000', null],
  ['SPREADSHEET_DAYS', 'date and time', '46024.1276041667', '2026-01-02T03:03:45.000'],
  ['SPREADSHEET_DAYS', 'date and time', '46024,5', '2026-01-02T12:00:00.000'],
  ['SPREADSHEET_DAYS', 'day', '46024', '2026-01-02T00:00:00.000'],
  ['SPREADSHEET_DAYS', 'day', '46024.5', null],
  ['SPREADSHEET_DAYS', 'time of day', '0.384004629629630', '1970-01-01T09:12:58.000'],
  ['SPREADSHEET_DAYS', 'time of day', '1', null],
])('%s as a %s: %s', (format, kind, text, expected) => {
  expect(read(counted(format, kind), text)).toBe(expected)
})

test('any moment written as a spreadsheet writes it is that moment to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2099, 0, 1) }), ms => {
      const serial = (ms / 86_400_000 + 25_569).toPrecision(15)
      expect(read(counted('SPREADSHEET_DAYS'), serial)).toBe(new Date(ms).toISOString().slice(0, -1))
    }),
  )
})

const dated = (format: string) =>
  aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE', format],
    ],
    { maxRejectedShare: 1 },
  )

test.each([
  ['EPOCH_SECONDS', '0'],
  ['EPOCH_MILLISECONDS', '0.0'],
  ['SPREADSHEET_DAYS', '0'],
  ['ISO', '1970-01-01T00:00:00Z'],
  ['dd/MM/yyyy HH:mm', '01/01/1970 00:00'],
])('%s: %s is how systems write that there was no date, and said so', async (format, cell) => {
  const { rejections } = await readAll(`Id,Agent,Date\n1,ann,${cell}\n`, dated(format))
  expect(rejections).toMatchObject([
    { code: 'MISSING_VALUE', column: 'Date', message: expect.stringContaining('there was no date') },
  ])
})

test.each([
  ['EPOCH_MILLISECONDS', '1767225600', 'written as EPOCH_SECONDS it would be 2026-01-01'],
  ['EPOCH_SECONDS', '1767225600000', 'written as EPOCH_MILLISECONDS it would be 2026-01-01'],
  ['SPREADSHEET_DAYS', '1767225600.5', 'written as EPOCH_SECONDS it would be 2026-01-01'],
])('%s: %s is no date, and said to be one in another unit', async (format, cell, words) => {
  const { rejections } = await readAll(`Id,Agent,Date\n1,ann,${cell}\n`, dated(format))
  expect(rejections).toMatchObject([
    { code: 'BAD_DATE', column: 'Date', message: expect.stringContaining(words) },
  ])
})

test('what is no date in any unit is not said to be one', async () => {
  const { rejections } = await readAll('Id,Agent,Date\n1,ann,26000000\n', dated('SPREADSHEET_DAYS'))
  expect(rejections).toMatchObject([{ code: 'BAD_DATE', message: expect.not.stringContaining('would be') }])
})
