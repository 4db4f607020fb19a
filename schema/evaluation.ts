import { and, eq, inArray } from 'drizzle-orm'
import type { GraphQLResolveInfo } from 'graphql'
import type { EvaluationResult as Result } from '../core/evaluations/evaluation.ts'
import {
  type EvaluationPorts,
  recordEvaluation,
  recordEvaluations,
} from '../core/evaluations/record-evaluations.ts'
import { waitingEvaluations } from '../core/evaluations/waiting-evaluations.ts'
import { withdrawEvaluation } from '../core/evaluations/withdraw-evaluation.ts'
import { builder } from './builder.ts'
import { Contact } from './contact.ts'
import type { Context } from './context.ts'
import { decodeNodeId, NOBODY } from './node-id.ts'
import { atMost } from './paging.ts'
import { Problem } from './problem.ts'
import { type RowOf, selectRows } from './rows.ts'
import { changeTenant, tenantToChange } from './targets.ts'
import { Tenant } from './tenant-node.ts'

const EvaluationStatus = builder.enumType('EvaluationStatus', {
  values: {
    RECORDED: {},
    WAITING: {
      description:
        'No contact has this reference yet; recorded when one comes. A reference that was swept or erased is REFUSED.',
    },
    WITHDRAWN: {},
    REFUSED: { description: 'See problem.' },
  } as const,
})

type Answer = Result & { contact: RowOf<'contacts'> | null }

const EvaluationResult = builder.objectRef<Answer>('EvaluationResult').implement({
  fields: t => ({
    status: t.expose('status', { type: EvaluationStatus }),
    evaluationReference: t.exposeString('evaluationReference'),
    contact: t.expose('contact', { type: Contact, nullable: true }),
    problem: t.expose('problem', { type: Problem, nullable: true }),
  }),
})

const EvaluationInput = builder.inputType('EvaluationInput', {
  fields: t => ({
    contactId: t.id(),
    contactReference: t.string(),
    evaluationReference: t.string({
      required: true,
      description: 'Of the evaluation, in the system that made it; recording it again changes nothing.',
    }),
    evaluatedAt: t.field({ type: 'DateTime' }),
  }),
})

type Wish = typeof EvaluationInput.$inferInput

/** An id of another kind, or of nothing, is nobody's, as another tenant's is. */
const plainWish = ({ contactId, ...wish }: Wish) => {
  if (contactId == null) return wish
  const named = decodeNodeId(contactId)
  return { ...wish, contactId: named?.type === 'Contact' ? named.id : NOBODY }
}

const portsOf = ({ services }: Context): EvaluationPorts => ({
  hashes: services.vault.hashes,
  now: services.clock(),
})

/** Results with their contacts, read by one statement. */
async function answers(
  context: Context,
  info: GraphQLResolveInfo,
  tenantId: string,
  results: readonly Result[],
): Promise<Answer[]> {
  const ids = [...new Set(results.flatMap(({ contactId }) => contactId ?? []))]
  const rows =
    ids.length === 0
      ? []
      : await selectRows(context, info, {
          table: 'contacts',
          where: row => and(eq(row.tenantId, tenantId), inArray(row.id, ids)),
          columns: { id: true },
          paths: [['contact']],
        })
  const byId = new Map(rows.map(row => [row.id, row]))
  return results.map(result => ({ ...result, contact: byId.get(result.contactId ?? '') ?? null }))
}

/** Counts and ids, never what a file or another system wrote. */
function deedOf(action: string, results: readonly Result[]) {
  const contacts = [...new Set(results.flatMap(({ contactId }) => contactId ?? []))]
  const counts = Object.fromEntries(
    Map.groupBy(results, ({ status }) => status.toLowerCase())
      .entries()
      .map(([status, those]) => [status, those.length]),
  )
  const [only] = contacts
  return {
    action,
    ...(results.length === 1 && only ? { subject: only } : {}),
    details: { ...counts, ...(results.length === 1 ? {} : { contacts }) },
  }
}

builder.drizzleObjectField(Tenant, 'waitingEvaluations', t =>
  t.field({
    type: [EvaluationResult],
    description: 'Evaluations that wait for their contact.',
    args: { first: t.arg.int() },
    async resolve(tenant, { first }, context) {
      const results = await waitingEvaluations(context.tx, tenant.id, atMost(first))
      return results.map(result => ({ ...result, contact: null }))
    },
  }),
)

builder.mutationFields(t => ({
  recordEvaluation: t.field({
    type: EvaluationResult,
    description:
      'Evaluated contacts are exempt from deleteAfterDays; only deleteEvaluatedAfterDays applies to them. By contact id or reference; LIMITED with Retry-After while a running import holds the contact.',
    args: { evaluation: t.arg({ type: EvaluationInput, required: true }), tenantId: t.arg.id() },
    async resolve(_, { evaluation, tenantId: given }, context, info) {
      const tenantId = await tenantToChange(context, given)
      const recorded = await changeTenant(context, tenantId, async tx => {
        const result = await recordEvaluation(tx, portsOf(context), tenantId, plainWish(evaluation))
        return { result, deed: deedOf('recordEvaluation', [result]) }
      })
      return (await answers(context, info, tenantId, [recorded]))[0] as Answer
    },
  }),
  recordEvaluations: t.field({
    type: [EvaluationResult],
    description: 'At most 500; one answer for each, in order.',
    args: { evaluations: t.arg({ type: [EvaluationInput], required: true }), tenantId: t.arg.id() },
    async resolve(_, { evaluations, tenantId: given }, context, info) {
      const tenantId = await tenantToChange(context, given)
      const recorded = await changeTenant(context, tenantId, async tx => {
        const result = await recordEvaluations(tx, portsOf(context), tenantId, evaluations.map(plainWish))
        return { result, deed: deedOf('recordEvaluations', result) }
      })
      return await answers(context, info, tenantId, recorded)
    },
  }),
  withdrawEvaluation: t.field({
    type: EvaluationResult,
    args: { evaluationReference: t.arg.string({ required: true }), tenantId: t.arg.id() },
    async resolve(_, { evaluationReference, tenantId: given }, context, info) {
      const tenantId = await tenantToChange(context, given)
      const withdrawn = await changeTenant(context, tenantId, async tx => {
        const { now } = portsOf(context)
        const result = await withdrawEvaluation(tx, now, tenantId, evaluationReference)
        return { result, deed: deedOf('withdrawEvaluation', [result]) }
      })
      return (await answers(context, info, tenantId, [withdrawn]))[0] as Answer
    },
  }),
}))
