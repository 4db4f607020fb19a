import { IMPORTS_CHANNEL } from '../core/imports/notify.ts'
import { notFound } from '../core/refusal.ts'
import type { Tx } from '../db/db.ts'
import type { Context } from './context.ts'
import { stateOf, stateQuery } from './import-state.ts'
import { readInForce, watch } from './watch.ts'

/** Yields the import's id whenever its state is another one, and a last time when it has ended. */
export async function watchImport(
  context: Context,
  tenantId: string,
  importId: string,
): Promise<AsyncIterableIterator<string>> {
  const read = async (tx: Tx) => {
    const row = await tx.query.imports.findFirst({ ...stateQuery, where: { tenantId, id: importId } })
    return row && stateOf(row)
  }
  if (!(await readInForce(context, read))) throw notFound('This import')
  let told: string | undefined
  return watch(context, {
    channel: IMPORTS_CHANNEL,
    payload: `${tenantId}:${importId}`,
    async look(tx) {
      const state = await read(tx)
      const ids = state && state.mark !== told ? [importId] : []
      told = state?.mark
      return { ids, last: state?.ended ?? true }
    },
  })
}
