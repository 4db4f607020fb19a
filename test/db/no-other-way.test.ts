import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/**
 * `asTenant` and `asStaff` are the only ways to tenants' rows. What goes around them is named here, by file, with the
 * reason; a file that no longer needs its exception fails as well, so that the lists stay true. db/ is the way itself.
 */
const rooms = ['api', 'core', 'local', 'schema', 'sftp', 'worker']

interface Rule {
  what: string
  matches: RegExp
  allowed: Record<string, string>
}

const rules: Rule[] = [
  {
    what: 'a database driver of its own',
    // Types alone open no connection.
    matches:
      /^\s*(?:import\s+(?!type\b)[^;'"]*?from\s*|import\s*|export\s+(?!type\b)[^;'"]*?from\s*|.*\b(?:import|require)\s*\(\s*)['"](?:postgres|pg|pg-[\w-]+|graphile-worker|drizzle-orm\/(?!pg-core\b|sql\b)[\w-]+)(?:\/[^'"]*)?['"]/m,
    allowed: {
      'local/doctor/database-checks.ts': 'asks the owner’s address whether it may migrate',
      'local/postgres/bootstrap.ts': 'makes roles and the database, as an administrator would',
      'local/postgres/server.ts': 'asks whether the embedded server answers',
      'worker/life.ts': "the job queue's own pool, as the owner of its schema",
      'worker/queue-log.ts': "the job queue's log, which is ours",
      'worker/queue-runner.ts': 'runs the job queue',
      'worker/sign-of-life.ts': 'a session-level lock, whose connection must tell when it ends',
    },
  },
  {
    what: 'the login role without a tenant (.plain)',
    // The lookbehind leaves spread arrays alone.
    matches:
      /(?<!\.\.)\.plain\b|['"]plain['"]\s*\]|\{[^{}()]*\bplain\b[^{}()]*\}\s*(?:=[^>=]|:\s*Pick<|:\s*Database)/,
    allowed: {
      'core/access/authenticate.ts': 'lookup_token: the tenant is what it answers',
      'core/access/notifications.ts': 'LISTEN for subscriptions: ids only, read again as the tenant',
      'core/accounts/admission.ts': 'lookup_sftp_username: the tenant is what it answers',
      'core/operation/readiness.ts': 'whether the database answers',
      'core/operation/same-clock.ts': 'the time by the database’s clock',
      'core/setup/claims/find-claim.ts': 'lookup_claim_link: the tenant is what it answers',
      'core/imports/connection.ts': 'ends the connection of a stalled import by its process id',
      'local/commands/token.ts': 'lookup_token: whose a token is that somebody holds',
      'local/doctor/database-checks.ts': 'whether the database answers, and its clock',
      'worker/free-the-dead.ts': 'ends the connections of dead workers',
    },
  },
  {
    what: 'a role or a tenant taken on by hand',
    matches:
      /\bset\s+(?:local\s+|session\s+)?role\b|\breset\s+(?:role|all)\b|\bsession\s+authorization\b|set_config\s*\(\s*['"`](?:role|nightdrop\.)|\bset\s+(?:local\s+)?nightdrop\./i,
    allowed: {
      'worker/sign-of-life.ts': "writes the worker's own sign of life, a row of no tenant",
    },
  },
]

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = (
  await Promise.all(
    rooms.map(async room => {
      const names = await readdir(`${root}${room}`, { recursive: true }).catch(() => [] as string[])
      return names.filter(name => /\.[cm]?[jt]sx?$/.test(name)).map(name => `${room}/${name}`)
    }),
  )
).flat()

const code = new Map<string, string>()
for (const file of sources) code.set(file, withoutComments(await readFile(`${root}${file}`, 'utf8')))

test.each(rules)('no file has $what but those named with a reason', ({ matches, allowed }) => {
  expect(sources.length).toBeGreaterThan(30)
  const found = sources.filter(file => matches.test(code.get(file) ?? '')).sort()
  expect(found).toEqual(Object.keys(allowed).sort())
})

test('the rules see what they are for', () => {
  const [driver, plain, role] = rules.map(rule => rule.matches)
  for (const line of [
    `import postgres from 'postgres'`,
    `import { Pool, type PoolClient } from "pg"`,
    `import {\n  drizzle,\n} from 'drizzle-orm/node-postgres'`,
    `import { migrate } from 'drizzle-orm/postgres-js/migrator'`,
    `const { default: pg } = await import('pg')`,
    `export { default } from 'postgres'`,
    `import 'pg-native'`,
  ])
    expect(line).toMatch(driver ?? /never/)
  for (const line of [
    `import type postgres from 'postgres'`,
    `import { eq, sql } from 'drizzle-orm'`,
    `import { index } from 'drizzle-orm/pg-core'`,
  ])
    expect(line).not.toMatch(driver ?? /./)
  for (const line of [
    'database.plain`select 1`',
    `const { plain } = database`,
    `f({ plain }: Pick<Database, 'plain'>)`,
    `database['plain']`,
  ])
    expect(line).toMatch(plain ?? /never/)
  for (const line of ['const plain = `${name}`', '[order, ...plain]', '{ text: plain }'])
    expect(line).not.toMatch(plain ?? /./)
  for (const line of [
    'SET LOCAL ROLE nightdrop_staff',
    'set role none',
    `set_config('role', $1, true)`,
    'RESET ALL',
  ])
    expect(line).toMatch(role ?? /never/)
  expect(`set_config('lock_timeout', '1s', true)`).not.toMatch(role ?? /./)
})

/** Words in comments open no connection. A `//` after a colon is an address. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1')
}
