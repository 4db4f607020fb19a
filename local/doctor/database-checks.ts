import postgres from 'postgres'
import { requireHead } from '../../db/db.ts'
import type { Reached } from '../commands/reach.ts'
import { type Check, took } from './check.ts'

/** Beyond this, expiries and links are judged by two different times. */
const MOST_SECONDS_APART = 5

/** PostgreSQL as the processes use it: both logins, both roles, every migration, one time of day. */
export const databaseChecks = ({ database, env }: Reached, clock: () => Date): Check[] => [
  {
    name: 'database',
    async look() {
      const [row] = await database.plain<{ version: string; user: string }[]>`
        select current_setting('server_version') as version, current_user as user`
      const began = performance.now()
      await database.plain`select 1`
      return `PostgreSQL ${row?.version} as ${row?.user}, round trip ${took(began)}`
    },
  },
  {
    name: 'roles',
    async look() {
      await database.asStaff(async () => {})
      await database.asTenant('00000000-0000-0000-0000-000000000000', async () => {})
      return 'nightdrop_tenant and nightdrop_staff can be taken on'
    },
  },
  {
    name: 'owner',
    async look() {
      const url = env['DATABASE_OWNER_URL']?.trim()
      if (!url) return 'DATABASE_OWNER_URL is not set here: the worker and migrations want it'
      const client = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 })
      try {
        const [row] = await client<{ user: string; mighty: boolean }[]>`
          select rolname as user, rolsuper or rolbypassrls as mighty from pg_roles where rolname = current_user`
        if (row?.mighty)
          throw new Error(`${row.user} bypasses row security: set DATABASE_OWNER_URL to nightdrop_owner's`)
        return `as ${row?.user}`
      } finally {
        await client.end()
      }
    },
  },
  {
    name: 'migrations',
    async look() {
      await requireHead(database).catch((cause: unknown) => {
        throw new Error('run npm run migrate', { cause })
      })
      return 'all applied'
    },
  },
  {
    name: 'clock of the database',
    async look() {
      const began = performance.now()
      const [row] = await database.plain<{ seconds: number }[]>`
        select extract(epoch from clock_timestamp())::float8 as seconds`
      const middle = +clock() - (performance.now() - began) / 2
      return apart((row?.seconds ?? 0) - middle / 1_000, 'the database')
    },
  },
]

/** How far two clocks are apart, in words; too far is a fault. */
export function apart(seconds: number, whose: string): string {
  const words = `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'behind' : 'ahead of'} this machine`
  if (Math.abs(seconds) <= MOST_SECONDS_APART) return words
  throw new Error(`${whose} is ${words}: set both by NTP`)
}
