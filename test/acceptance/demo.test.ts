import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bareEnvironment } from '../support/bare-environment.ts'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp('/tmp/nightdrop-demo-')
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const demo = () =>
  run(process.execPath, [join(root, 'local/demo.ts')], {
    cwd: root,
    env: { ...bareEnvironment(), DATA_DIR: folder, API_PORT: '0', SFTP_PORT: '0', METRICS_PORT: '0' },
  })

test('the demo tells what came of a night, and works again on the same data', async () => {
  for (const round of ['first', 'second']) {
    const { stdout, stderr } = await demo()
    expect(stdout, round).toContain('3,002 rows read = 2,991 created + 1 updated + 1 unchanged + 9 rejected')
    expect(stdout).toMatch(/row 401, Start: .* does not exist in Europe\/Berlin/)
    expect(stdout).toMatch(/Verdict: PARTLY/)
    expect(stdout).toMatch(/sftp -i \S+id_ed25519 -P \d+ \S+@127\.0\.0\.1/)
    expect(stderr).toMatch(/upload \[#+\] 100 %/)
    expect(stderr).toMatch(/import \[#+\] 100 %/)
  }
})
