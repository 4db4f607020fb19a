import type { RetentionTerms } from './rule.ts'

/** Raw files live no longer than contacts do. */
export const rawDays = (rawFileDays: number, rule: RetentionTerms): number =>
  rule.enabled && rule.deleteAfterDays !== null ? Math.min(rawFileDays, rule.deleteAfterDays) : rawFileDays
