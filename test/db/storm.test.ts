import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const script = path('./storm-script.ts')
const runtimes: [string, string, string[]][] = [
  ['Node', process.execPath, []],
  [
    'Deno',
    path('../../node_modules/.bin/deno'),
    [
      'run',
      '--no-prompt',
      '--cached-only',
      '--node-modules-dir=manual',
      '--allow-net=127.0.0.1',
      '--allow-env',
      '--allow-read',
      '--allow-sys',
    ],
  ],
]

function run(
  program: string,
  flags: string[],
): Promise<{ code: number | null; said: string; cried: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, flags, {
      cwd: path('../..'),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 45_000,
    })
    let said = ''
    let cried = ''
    child.stdout.on('data', chunk => {
      said += chunk
    })
    child.stderr.on('data', chunk => {
      cried += chunk
    })
    child.once('error', reject)
    child.once('close', code => resolve({ code, said, cried }))
  })
}

describe('a backend killed every 30 ms: no crash, no hang, no leak, nothing half done, nothing acknowledged lost', () => {
  test.concurrent.each(runtimes)('on %s', async (runtime, program, flags) => {
    await using db = await createTestDatabase()
    const { code, said, cried } = await run(program, [
      ...flags,
      script,
      db.databaseUrl,
      db.superuserUrl,
      '6000',
    ])
    expect(cried).toBe('')
    expect(code).toBe(0)
    process.stdout.write(`storm on ${runtime}: ${said}`)
    const figures = JSON.parse(said)
    expect(figures).toMatchObject({ leaks: 0, hangs: 0, lost: 0, halves: 0, recovered: 50 })
    expect(figures.kills).toBeGreaterThan(30)
    expect(figures.transactions).toBeGreaterThan(100)
    // Lost connections and what PostgreSQL says when it ends one; nothing else may go wrong.
    const expected = ['57P01', 'CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE', 'CONNECTION_ENDED']
    expect(Object.keys(figures.errors).filter(name => !expected.includes(name))).toEqual([])
  })
})
