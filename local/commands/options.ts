import { UsageFault } from './faults.ts'

/** An option that is one of a few words, whatever the case. */
export function oneOf<T extends string>(name: string, typed: string, allowed: readonly T[]): T {
  const found = allowed.find(word => word === typed.toUpperCase())
  if (found === undefined) throw new UsageFault(`--${name} is one of ${allowed.join(', ')}, not "${typed}".`)
  return found
}

/** A date, or a date and time with offset; a date means its beginning in UTC. */
export function moment(name: string, typed: string | undefined): Date | null {
  if (typed === undefined) return null
  const date = new Date(typed)
  const [, day] = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(typed) ?? []
  // JavaScript takes the 31st of February for the 3rd of March.
  const stands = day !== undefined && new Date(`${day}T00:00Z`).getUTCDate() === Number(day.slice(8))
  if (!stands || Number.isNaN(+date))
    throw new UsageFault(`--${name} is a date such as 2026-12-31 or 2026-12-31T18:00:00Z, not "${typed}".`)
  return date
}

/** How many things to show, one at least. */
export function count(name: string, typed: string | undefined, standard: number): number {
  if (typed === undefined) return standard
  const number = Number(typed)
  if (!/^\d{1,6}$/.test(typed) || number === 0)
    throw new UsageFault(`--${name} is a whole number from 1 on, not "${typed}".`)
  return number
}
