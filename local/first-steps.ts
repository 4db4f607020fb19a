import { join } from 'node:path'
import type { Stack } from './stack.ts'

/** How to go on after `npm start`, ready to paste. */
export function firstSteps({ api, env }: Stack): string {
  const token = join(env['DATA_DIR'] ?? './data', 'staff-token')
  return `
A first tenant, with a token of its administrator:

  curl -s ${api} -H "Authorization: Bearer $(cat ${token})" -H 'Content-Type: application/json' \\
    -d '{"query":"mutation { createTenant(input: { name: \\"Acme\\", slug: \\"acme\\" }) { tenant { id } adminToken { token } } }"}'

or npm run demo (after Ctrl-C) for a tenant with agents, a template, an account and a night's files.
docs/first-night.md goes on from there to the first contacts.
`
}
