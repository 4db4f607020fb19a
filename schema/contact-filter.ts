import { and, eq, gte, inArray, isNotNull, isNull, lt, lte, type SQL } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { badInput } from '../core/refusal.ts'
import type { RetentionTerms } from '../core/retention/rule.ts'
import { tables } from '../db/db.ts'
import { builder } from './builder.ts'
import { dueBefore } from './due-before.ts'
import { filterId } from './node-id.ts'
import { MOST_A_PAGE } from './page-size.ts'
import { isOneOf } from './search.ts'

export const RecordingState = builder.enumType('RecordingState', {
  values: {
    NONE_NAMED: {},
    MISSING: { description: 'Named, not arrived.' },
    AMBIGUOUS: { description: 'Several files fit its name; a person decides with linkRecording.' },
    LINKED: {},
  } as const,
})

/**
 * Times, agent, import, references and what is searched for are found by indexes of their own; the words a sender uses
 * (direction, queue, …) narrow what those find: alone they are looked for along the list's order.
 */
export const ContactFilter = builder.inputType('ContactFilter', {
  fields: t => ({
    references: t.stringList({ description: 'At most 200.' }),
    occurredFrom: t.field({ type: 'DateTime' }),
    occurredTo: t.field({ type: 'DateTime' }),
    occurredOn: t.string({ description: "A day in the tenant's time zone, yyyy-MM-dd." }),
    importedFrom: t.field({ type: 'DateTime' }),
    importedTo: t.field({ type: 'DateTime' }),
    agentId: t.id(),
    linked: t.boolean(),
    evaluated: t.boolean(),
    recordingState: t.field({ type: [RecordingState] }),
    direction: t.stringList(),
    channel: t.stringList(),
    queue: t.stringList(),
    campaign: t.stringList(),
    disposition: t.stringList(),
    durationMin: t.int(),
    durationMax: t.int(),
    deletionDueBefore: t.field({ type: 'DateTime' }),
    importId: t.id(),
    search: t.string({
      description:
        "The beginning of the reference or of the agent key, whatever the case; or the last six or more digits of the customer's phone, however it was written.",
    }),
  }),
})

export type ContactWishes = typeof ContactFilter.$inferInput

type Contacts = typeof tables.contacts

/** What a filter lets through, but for `search`. A span of time has its beginning and not its end. */
export function contactsWhere(
  filter: ContactWishes,
  timeZone: string,
  rule?: RetentionTerms,
): (contacts: Contacts) => SQL | undefined {
  const { references, linked, evaluated } = filter
  if (references && references.length > MOST_A_PAGE)
    throw badInput([{ path: ['filter', 'references'], message: `At most ${MOST_A_PAGE} references.` }])
  const day = filter.occurredOn == null ? undefined : dayOf(filter.occurredOn, timeZone)
  const agentId =
    filter.agentId == null ? undefined : filterId('Agent', filter.agentId, ['filter', 'agentId'])
  const importId =
    filter.importId == null ? undefined : filterId('Import', filter.importId, ['filter', 'importId'])
  return row =>
    and(
      given(references, list => isOneOf(row.reference, list)),
      given(filter.occurredFrom, from => gte(row.occurredAt, from)),
      given(filter.occurredTo, to => lt(row.occurredAt, to)),
      given(day, ({ from, to }) => and(gte(row.occurredAt, from), lt(row.occurredAt, to))),
      given(filter.importedFrom, from => gte(row.importedAt, from)),
      given(filter.importedTo, to => lt(row.importedAt, to)),
      given(agentId, id => eq(row.agentId, id)),
      given(linked, wanted => (wanted ? isNotNull(row.agentId) : isNull(row.agentId))),
      given(evaluated, wanted => (wanted ? isNotNull(row.evaluatedAt) : isNull(row.evaluatedAt))),
      given(filter.recordingState, list => inArray(row.recordingState, list)),
      given(filter.direction, list => isOneOf(row.direction, list)),
      given(filter.channel, list => isOneOf(row.channel, list)),
      given(filter.queue, list => isOneOf(row.queue, list)),
      given(filter.campaign, list => isOneOf(row.campaign, list)),
      given(filter.disposition, list => isOneOf(row.disposition, list)),
      given(filter.durationMin, least => gte(row.durationSeconds, least)),
      given(filter.durationMax, most => lte(row.durationSeconds, most)),
      given(filter.deletionDueBefore, moment => rule && dueBefore(row, rule, moment)),
      given(importId, id => eq(row.importId, id)),
    )
}

const given = <T>(value: T | null | undefined, condition: (value: T) => SQL | undefined): SQL | undefined =>
  value == null ? undefined : condition(value)

/** From the first instant of a local day to the first of the next: 23, 24 or 25 hours. */
function dayOf(text: string, timeZone: string): { from: Date; to: Date } {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? plainDate(text) : undefined
  if (!day)
    throw badInput([{ path: ['filter', 'occurredOn'], message: `"${text}" is no day such as 2026-01-31.` }])
  const start = (date: Temporal.PlainDate) => new Date(date.toZonedDateTime({ timeZone }).epochMilliseconds)
  return { from: start(day), to: start(day.add({ days: 1 })) }
}

function plainDate(text: string): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return undefined
  }
}
