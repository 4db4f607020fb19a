import type { Problem as ProblemRow } from '../core/imports/problem.ts'
import { builder } from './builder.ts'

const WhoseMove = builder.enumType('WhoseMove', {
  values: {
    SENDER: {},
    ADMIN: {},
    STAFF: {},
    OURS: { description: 'Tried again by itself, nothing kept twice.' },
  } as const,
})

export const Problem = builder.objectRef<ProblemRow>('Problem').implement({
  fields: t => ({
    code: t.exposeString('code'),
    message: t.exposeString('message', {
      description: 'In words that can be forwarded to whoever must act.',
    }),
    whoseMove: t.expose('whoseMove', { type: WhoseMove }),
    row: t.exposeInt('row', { nullable: true }),
    column: t.exposeInt('column', { nullable: true }),
    details: t.expose('details', {
      type: 'JSON',
      nullable: true,
      description: 'Depends on the code: for HEADER_MISMATCH the columns side by side.',
    }),
  }),
})
