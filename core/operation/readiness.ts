import { type Database, requireHead } from '../../db/db.ts'
import type { Vault } from '../vault/vault.ts'

/** What a process needs before it may take work, each by name; a check rejects with why. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>

export interface Readiness {
  ready: boolean
  /** Of each check: `ok`, or what is wrong. */
  checks: Record<string, string>
}

/** What every process works with. */
export const standardChecks = (database: Database, vault: Vault) => ({
  database: () => database.plain`select 1`,
  migrations: () => requireHead(database),
  objectStore: () => vault.bucket.head('readiness'),
})

const CHECK_SECONDS = 3

/** Runs all checks at once; one that takes too long is not ready. While draining nothing is. */
export async function readinessOf(checks: Checks, draining: boolean): Promise<Readiness> {
  const entries = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
  )
  const results = Object.fromEntries(draining ? [...entries, ['process', 'is ending']] : entries)
  return { ready: Object.values(results).every(result => result === 'ok'), checks: results }
}

/**
 * Checks that have not answered yet: who asks next waits for the same answer, so that they do not pile up. After a
 * while they are asked anew, since some never answer.
 */
const asked = new WeakMap<() => Promise<unknown>, { answer: Promise<string>; since: number }>()
const ASK_AGAIN_MS = 30_000

function answerOf(check: () => Promise<unknown>): Promise<string> {
  const before = asked.get(check)
  if (before && performance.now() - before.since < ASK_AGAIN_MS) return before.answer
  const question = { answer: Promise.resolve('failed'), since: performance.now() }
  // What is wrong is said in a word: a library's message may name hosts and users.
  question.answer = Promise.resolve()
    .then(check)
    .then(
      () => 'ok',
      () => 'failed',
    )
    .finally(() => {
      if (asked.get(check) === question) asked.delete(check)
    })
  asked.set(check, question)
  return question.answer
}

async function outcome(check: () => Promise<unknown>): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve(`no answer within ${CHECK_SECONDS} s`), CHECK_SECONDS * 1_000)
  })
  try {
    return await Promise.race([answerOf(check), late])
  } finally {
    clearTimeout(timer)
  }
}
