import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { runCommand } from '../../../local/commands/run-command.ts'
import { bareEnvironment } from '../../support/bare-environment.ts'
import { createTestDatabase } from '../../support/database.ts'

const program = join(import.meta.dirname, '../../../local/nightdrop.ts')

export interface Ran {
  code: number
  out: string
  err: string
  /** Standard output as JSON. */
  json<T = Record<string, unknown>>(): T
}

/** Runs `nightdrop …` as a shell would, with nothing in its environment but what is given. */
export async function nightdrop(
  typed: readonly string[],
  env: Record<string, string> = {},
  input = '',
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...typed], { env: { ...bareEnvironment(), ...env } })
  child.stdin.on('error', () => {}).end(input)
  const ended = new Promise<number>(resolve => child.once('close', code => resolve(code ?? -1)))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, out, err, json: <T>() => JSON.parse(out) as T }
}

/** The same in this process, which spares a start. */
export async function nightdropHere(
  typed: readonly string[],
  env: Record<string, string> = {},
  input = '',
): Promise<Ran> {
  let [out, err] = ['', '']
  const code = await runCommand(typed, {
    env: { ...env },
    standardInput: Readable.from([Buffer.from(input)]),
    print: text => {
      out += text
    },
    note: words => {
      err += `${words}\n`
    },
  })
  return { code, out, err, json: <T>() => JSON.parse(out) as T }
}

/** Commands on a database of the test's own; the object store is none that answers. */
export async function openCommandRoom() {
  const db = await createTestDatabase()
  const env = {
    DATABASE_URL: db.databaseUrl,
    DATABASE_OWNER_URL: db.ownerUrl,
    MASTER_KEY: randomBytes(32).toString('hex'),
    S3_BUCKET: 'none',
    S3_ENDPOINT: 'http://127.0.0.1:1',
  }
  return {
    db,
    env,
    run: (typed: readonly string[], input?: string) => nightdropHere(typed, env, input),
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
}
