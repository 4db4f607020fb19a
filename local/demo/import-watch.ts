import { setTimeout as sleep } from 'node:timers/promises'
import type { Customer } from './customer.ts'
import { subscribe } from './graphql.ts'
import { showProgress } from './progress.ts'

export interface ImportOutcome {
  id: string
  status: string
  progress: number
  rowsRead: number
  created: number
  updated: number
  unchanged: number
  rejected: number
  unlinkedAgents: number
  failure: { message: string } | null
}

const fields =
  'id status progress rowsRead created updated unchanged rejected unlinkedAgents failure { message }'

/** Follows the tenant's newest import by the subscription until it has ended. */
export async function watchImport(api: string, customer: Customer): Promise<ImportOutcome> {
  const id = await newestImport(customer)
  const progress = showProgress('import', 'rows')
  let last: ImportOutcome | undefined
  const events = subscribe<{ importProgress: ImportOutcome }>(
    api,
    customer.token,
    `subscription ($id: ID!) { importProgress(id: $id) { ${fields} } }`,
    { id },
  )
  for await (const event of events) {
    last = event.importProgress
    progress.update(last.progress, last.rowsRead)
  }
  if (!last) throw new Error('The import told nothing.')
  progress.done(last.rowsRead)
  return last
}

async function newestImport(customer: Customer): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const { tenant } = await customer.ask<{ tenant: { imports: { nodes: { id: string }[] } } }>(
      '{ tenant { imports(first: 1) { nodes { id } } } }',
    )
    const [newest] = tenant.imports.nodes
    if (newest) return newest.id
    await sleep(100)
  }
  throw new Error('The file became no import within 10 s.')
}
