import type { Tx } from '../db/db.ts'
import type { Context } from './context.ts'

/**
 * The drizzle plugin keeps one client for each context; a mutation's context has a transaction for each root field.
 * So the client is the context's own, and looks at the transaction of now with every use.
 */
export const clientOf = (context: Context): Pick<Tx, '_' | 'query' | '$count' | 'select'> => ({
  get _() {
    return context.tx._
  },
  get query() {
    return context.tx.query
  },
  get $count() {
    return context.tx.$count.bind(context.tx)
  },
  get select() {
    return context.tx.select.bind(context.tx)
  },
})
