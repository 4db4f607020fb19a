import type { FieldFault } from '../refusal.ts'
import type { RetentionTerms } from '../retention/rule.ts'

/** The numbers that a tenant's administrator may set; what is left out stays as it is. */
export interface NumberSettings {
  /** Local hour of the sweep. */
  nightHour?: number | null | undefined
  recordingGraceDays?: number | null | undefined
  tombstoneDays?: number | null | undefined
  rawFileDays?: number | null | undefined
}

const limits = {
  nightHour: [0, 23],
  recordingGraceDays: [0, 365],
  tombstoneDays: [1, 3_650],
  rawFileDays: [1, 365],
} as const satisfies Record<keyof NumberSettings, readonly [number, number]>

const names = Object.keys(limits) as (keyof NumberSettings)[]

/** Those that were given. */
export const givenNumbers = (settings: NumberSettings): Partial<Record<keyof NumberSettings, number>> =>
  Object.fromEntries(names.flatMap(name => (settings[name] == null ? [] : [[name, settings[name]]])))

/** Raw files live no longer than contacts: a longer time beside a rule that is enabled would be a promise not kept. */
export function numberFaults(settings: NumberSettings, rule: RetentionTerms): FieldFault[] {
  const faults: FieldFault[] = []
  for (const [name, value] of Object.entries(givenNumbers(settings))) {
    const [least, most] = limits[name as keyof NumberSettings]
    if (value < least || value > most)
      faults.push({ path: ['settings', name], message: `${name} is ${least} to ${most}, not ${value}.` })
  }
  const { rawFileDays } = settings
  if (
    rule.enabled &&
    rule.deleteAfterDays !== null &&
    rawFileDays != null &&
    rawFileDays > rule.deleteAfterDays
  )
    faults.push({
      path: ['settings', 'rawFileDays'],
      message: `rawFileDays is at most ${rule.deleteAfterDays} while contacts are deleted after so many days.`,
    })
  return faults
}
