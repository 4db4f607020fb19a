import { builder } from './builder.ts'

export const Evaluation = builder.drizzleObject('evaluations', {
  name: 'Evaluation',
  select: { columns: { reference: true, evaluatedAt: true } },
  fields: t => ({
    reference: t.exposeString('reference', {
      description: "The evaluation's id in the system that made it.",
    }),
    evaluatedAt: t.expose('evaluatedAt', { type: 'DateTime' }),
  }),
})
