import { DAY_MS } from '../../templates/calendar.ts'

/** An instant as ISO text in UTC, as `Date.toISOString` has it, several times as fast: days come again and again. */
const days = new Map<number, string>()
const DAYS_KEPT = 10_000

const two = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))

const dayText = (day: number): string => {
  let text = days.get(day)
  if (text === undefined) {
    if (days.size >= DAYS_KEPT) days.clear()
    text = new Date(day * DAY_MS).toISOString().slice(0, 11)
    days.set(day, text)
  }
  return text
}

export const instantText = (epochMs: number): string => {
  const day = Math.floor(epochMs / DAY_MS)
  const ms = epochMs - day * DAY_MS
  const seconds = Math.floor(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const fraction = ms - seconds * 1000
  const hours = Math.floor(minutes / 60)
  const text = `${dayText(day)}${two[hours]}:${two[minutes - hours * 60]}:${two[seconds - minutes * 60]}`
  return `${text}.${fraction === 0 ? '000' : String(fraction).padStart(3, '0')}Z`
}
