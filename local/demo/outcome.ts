import { relative } from 'node:path'
import type { Stack } from '../stack.ts'
import type { Customer } from './customer.ts'
import type { ImportOutcome } from './import-watch.ts'

interface Answer {
  tenant: {
    contacts: { totalCount: number; nodes: Record<string, unknown>[] }
    imports: {
      nodes: {
        rejections: { nodes: { row: number; column: string | null; value: string | null; message: string }[] }
      }[]
    }
  }
}

const query = `{
  tenant {
    contacts(first: 3, orderBy: OCCURRED_AT_ASC) {
      totalCount
      nodes { reference occurredAt occurredAtText agent { name } agentKey direction durationSeconds queue customerPhone metadata }
    }
    imports(first: 1) { nodes { rejections(first: 50) { nodes { row column value message } } } }
  }
}`

/** What came of the night, as the integrations and the sender see it. */
export async function tellOutcome(customer: Customer, outcome: ImportOutcome): Promise<string> {
  const { tenant } = await customer.ask<Answer>(query)
  const { rowsRead, created, updated, unchanged, rejected, unlinkedAgents } = outcome
  const rejections = tenant.imports.nodes[0]?.rejections.nodes ?? []
  const lines = rejections.map(
    ({ row, column, value, message }) =>
      `  row ${row}${column ? `, ${column}` : ''}: ${value ? `"${value}" – ` : ''}${message}`,
  )
  return `
Import ${outcome.status}${outcome.failure ? `: ${outcome.failure.message}` : ''}
  ${n(rowsRead)} rows read = ${n(created)} created + ${n(updated)} updated + ${n(unchanged)} unchanged + ${n(rejected)} rejected
  ${unlinkedAgents} agent key(s) that no agent answers to

Rejected rows, with what to do
${lines.join('\n')}

The first of ${n(tenant.contacts.totalCount)} contacts, as GraphQL answers them
${JSON.stringify(tenant.contacts.nodes, null, 2).replaceAll(/^/gm, '  ')}
`
}

/** Commands to paste while Nightdrop runs. */
export function tellNextSteps(stack: Stack, customer: Customer): string {
  const here = (path: string) => {
    const near = relative('.', path)
    return near.startsWith('..') ? path : near
  }
  const { host, port, username } = customer.account
  return `
Try next, once \`npm start\` runs (the data stays):

  sftp -i ${here(customer.keyFile)} -P ${port} ${username}@${host}

  curl -s ${stack.api} -H "Authorization: Bearer $(cat ${here(`${customer.folder}/token`)})" -H 'Content-Type: application/json' \\
    -d '{"query":"{ tenant { contacts(first: 5) { totalCount nodes { reference occurredAt agent { name } queue } } } }"}'
`
}

const n = (value: number) => value.toLocaleString('en')
