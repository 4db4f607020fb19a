import { offsetOf } from './stated-zone.ts'

/** One day of winter and one of summer, wherever that is. */
const DAYS = [Date.UTC(2025, 0, 15), Date.UTC(2025, 6, 15)]

/** Whose abbreviations are known is a matter of the language: EST is English, MEZ German. */
const LANGUAGES = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-ZA', 'en-IN', 'de', 'ja', 'pt-BR']

type Style = NonNullable<Intl.DateTimeFormatOptions['timeZoneName']>

const written = (timeZone: string, language: string, timeZoneName: Style): string[] => {
  const format = new Intl.DateTimeFormat(language, { timeZone, timeZoneName })
  return DAYS.map(
    day =>
      format
        .formatToParts(day)
        .find(({ type }) => type === 'timeZoneName')
        ?.value.toUpperCase() ?? '',
  )
}

const offsetsOf = (timeZone: string): Set<number | null> =>
  new Set(written(timeZone, 'en-US', 'longOffset').map(offsetOf))

const isNameOf = (stated: string, timeZone: string): boolean => {
  const name = stated.toUpperCase().replaceAll('_', ' ')
  const long = [...written(timeZone, 'en-US', 'long'), ...written(timeZone, 'en-US', 'longGeneric')]
  return (
    name === timeZone.toUpperCase().replaceAll('_', ' ') ||
    long.includes(name) ||
    long.includes(`${name} TIME`) ||
    LANGUAGES.some(language =>
      [...written(timeZone, language, 'short'), ...written(timeZone, language, 'shortGeneric')].includes(
        name,
      ),
    )
  )
}

/** Whether what is stated of some moment, an offset or a name, is true in the zone in winter or in summer. */
export const isTrueAtTimes = (stated: string, timeZone: string): boolean => {
  const offset = offsetOf(stated)
  return offset === null ? isNameOf(stated, timeZone) : offsetsOf(timeZone).has(offset)
}

/** Whether an offset is the zone's all the year round; a name is taken for that of the zone whatever the season. */
export const isZoneItself = (stated: string, timeZone: string): boolean =>
  isTrueAtTimes(stated, timeZone) && (offsetOf(stated) === null || offsetsOf(timeZone).size === 1)

export const changesClocks = (timeZone: string): boolean => offsetsOf(timeZone).size > 1
