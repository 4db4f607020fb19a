import { setTimeout as pause } from 'node:timers/promises'
import { badInput } from '../../core/refusal.ts'
import { previewRule } from '../../core/retention/preview.ts'
import { reapplyRecord } from '../../core/retention/reapply.ts'
import { type RetentionClock, type RetentionTerms, ruleInForce } from '../../core/retention/rule.ts'
import { findRun, openRun } from '../../core/retention/run.ts'
import { ruleFaults } from '../../core/retention/set-rule.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { UsageFault } from './faults.ts'
import { changeAsOperator, operator, tenantNamed } from './named.ts'
import { asLines, many } from './print.ts'

export const retention: Subject = {
  summary: 'what is deleted, and when',
  verbs: {
    preview: {
      usage: 'TENANT [--days N] [--evaluated-days N] [--clock IMPORTED_AT|OCCURRED_AT]',
      summary: 'What the rule in force, or the one given, would delete if it ran now. Changes nothing.',
      options: {
        days: { type: 'string' },
        'evaluated-days': { type: 'string' },
        clock: { type: 'string' },
      },
      run: preview,
    },
    run: {
      usage: 'TENANT [--wait]',
      summary: 'Begins a sweep now instead of in the night; with --wait, until it has ended.',
      options: { wait: { type: 'boolean' } },
      run: begin,
    },
    reapply: {
      usage: '[--without NUMBER…]',
      summary:
        'After a restore: destroys again what is on record as destroyed, before anything serves. --without goes on without numbers whose files are lost.',
      options: { without: { type: 'string', multiple: true } },
      run: reapply,
    },
  },
}

async function preview(call: Call): Promise<Result> {
  const wish = wished(call)
  const { database } = await call.reach()
  const { id } = await tenantNamed(database, call.words[0] ?? '')
  const now = call.clock()
  const value = await database.asTenant(id, async tx => {
    const rule = wish ?? (await ruleInForce(tx, id))
    const { sample, ...found } = await previewRule(tx, id, rule, now)
    return { rule, ...found, sample: sample.map(contact => encodeNodeId('Contact', contact)) }
  })
  const { rule, contacts, recordings, bytes, oldest, days } = value
  const nights = days.filter(night => night.contacts > 0)
  const summary = asLines({ rule: inWords(rule), contacts, recordings, bytes, oldest })
  const ahead = nights.map(
    night => `  ${night.day}  ${many(night.contacts, 'contact')}, ${many(night.bytes, 'byte')} of recordings`,
  )
  return { value, text: [summary, ...(ahead.length > 0 ? ['in the next nights:', ...ahead] : [])].join('\n') }
}

/** The rule that the options name; none when they name none. */
function wished(call: Call): RetentionTerms | undefined {
  const days = call.option('days')
  const evaluated = call.option('evaluated-days')
  if (days === undefined) {
    if ((call.option('clock') ?? evaluated) === undefined) return undefined
    throw new UsageFault('--clock and --evaluated-days go with --days.')
  }
  const clock = call.option('clock') ?? 'IMPORTED_AT'
  if (clock !== 'IMPORTED_AT' && clock !== 'OCCURRED_AT')
    throw new UsageFault('--clock is IMPORTED_AT or OCCURRED_AT.')
  const rule: RetentionTerms = {
    enabled: true,
    deleteAfterDays: wholeNumber('--days', days),
    deleteEvaluatedAfterDays: evaluated === undefined ? null : wholeNumber('--evaluated-days', evaluated),
    clock: clock satisfies RetentionClock,
  }
  const faults = ruleFaults(rule)
  if (faults.length > 0) throw badInput(faults)
  return rule
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageFault(`${name} is a whole number of days.`)
  return Number(text)
}

const inWords = ({ enabled, deleteAfterDays, deleteEvaluatedAfterDays, clock }: RetentionTerms): string => {
  if (!enabled) return 'off: nothing is deleted'
  const from = clock === 'IMPORTED_AT' ? 'their import' : 'their date'
  const evaluated =
    deleteEvaluatedAfterDays === null
      ? 'evaluated ones stay'
      : `evaluated ones after ${many(deleteEvaluatedAfterDays, 'day')}`
  return `contacts are deleted ${many(deleteAfterDays ?? 0, 'day')} after ${from}, ${evaluated}`
}

const LOOK_MS = 500

async function begin(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const { id: tenantId } = await tenantNamed(database, call.words[0] ?? '')
  const { id, begun } = await changeAsOperator(database, tenantId, async tx => {
    const result = await openRun(tx, tenantId, { now: call.clock(), requestedBy: operator() })
    const details = { begun: result.begun }
    return { result, deed: { action: 'runRetentionSweep', subject: result.id, details } }
  })
  call.note(begun ? 'The sweep has begun.' : 'A sweep is under way already.')
  for (let told = -1; ; await pause(LOOK_MS)) {
    const run = await database.asTenant(tenantId, tx => findRun(tx, tenantId, id))
    if (!run) throw new Error('The run is not there.')
    const { contactsDeleted, recordingsDeleted, filesDeleted, bytesDeleted, finishedAt } = run
    const value = {
      id: encodeNodeId('RetentionRun', id),
      finishedAt,
      contactsDeleted,
      recordingsDeleted,
      filesDeleted,
      bytesDeleted,
    }
    if (finishedAt !== null || !call.flag('wait')) return { value, text: asLines(value) }
    if (contactsDeleted !== told) call.note(`${many(contactsDeleted, 'contact')} deleted`)
    told = contactsDeleted
  }
}

async function reapply(call: Call): Promise<Result> {
  const { database, vault } = await call.reach()
  const value = await reapplyRecord(
    { database, vault },
    {
      actor: operator(),
      now: call.clock(),
      without: call.every('without').map(recordNumber),
      onProgress: (done, all) => call.note(`${done} of ${all} destructions applied`),
    },
  )
  const { destructions, contacts, objects, unreadable } = value
  const applied =
    destructions === 0
      ? 'The database lacks nothing that is on record as destroyed and can be read.'
      : `${many(destructions, 'destruction')} applied again: ${many(contacts, 'contact')}, ${many(objects, 'object')}.`
  const left = unreadable.map(what => `Cannot be read: ${what}.`)
  return { value, text: [applied, ...left].join('\n'), failed: unreadable.length > 0 }
}

function recordNumber(typed: string): number {
  if (!/^\d{1,12}$/.test(typed)) throw new UsageFault('--without is a number of the record, such as 17.')
  return Number(typed)
}
