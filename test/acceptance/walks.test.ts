import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Nightdrop, startNightdrop } from './nightdrop.ts'

const docs = join(import.meta.dirname, '../../docs')
const run = promisify(execFile)

let nightdrop: Nightdrop
beforeAll(async () => {
  nightdrop = await startNightdrop()
}, 60_000)
afterAll(() => nightdrop?.[Symbol.asyncDispose]())

/** Jobs and history's marks as in a shell that somebody types in; OpenSSH looks for known hosts where HOME is. */
const asIfTyped = `
set -m -o history -o histexpand
sftp() { command sftp -o UserKnownHostsFile="$HOME/.ssh/known_hosts" "$@"; }
`

/** Pastes the blocks of pages into bash, on the ports of this stack, and answers what came out. */
async function walk(...pages: string[]): Promise<string> {
  const { api, sftp, folder } = nightdrop
  const home = await mkdtemp(join(folder, 'home-'))
  const text = pages.map(page => readFileSync(join(docs, page), 'utf8')).join('\n')
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)]
  const pasted = blocks
    .map(([, block = '']) => block)
    .join('')
    .replaceAll('http://127.0.0.1:4000/graphql', api)
    .replaceAll(/(-[pP]) 2022 /g, `$1 ${sftp.port} `)
  const script = join(home, 'pasted.sh')
  await writeFile(script, asIfTyped + pasted)
  const env = { ...process.env, HOME: home }
  const { stdout } = await run('bash', [script], { cwd: folder, env, timeout: 40_000 })
  return stdout
}

test.each([
  [
    ['first-night.md', 'evaluations.md'],
    /"status":"COMPLETED","rowsRead":3,"created":2,"rejected":1.*Verdict: PARTLY.*"status":"RECORDED".*"contactCount":1.*"releasedAt":"2/s,
  ],
  [['set-up.md'], /"contacts":\{"nodes":\[\{"reference":"C2".*"reference":"C1"/],
  [
    ['api.md'],
    /"status":"COMPLETED","rowsRead":3,"created":3.*"totalCount":3.*"code":"BAD_INPUT".*Call Id,Agent/s,
  ],
])('the blocks of %j work as they stand, and leave nothing outside of its folder', async (pages, outcome) => {
  const before = await readdir(nightdrop.folder)
  expect(await walk(...pages)).toMatch(outcome)
  const left = (await readdir(nightdrop.folder)).filter(name => !name.startsWith('home-'))
  expect(left).toEqual(before.filter(name => !name.startsWith('home-')))
})
