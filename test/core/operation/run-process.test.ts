import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../local/support/nightdrop.ts'

const root = join(import.meta.dirname, '../../..')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightdrop-process-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A process of ours whose parts are this text: what stands in `start` is the body of its start. */
async function program(start: string) {
  const file = join(folder, `${Math.random()}.ts`)
  await writeFile(
    file,
    `import { runProcess } from '${root}/core/operation/run-process.ts'
import { PortFault } from '${root}/core/operation/listen.ts'
import { readConfig } from '${root}/core/config/process-config.ts'
const wait = ms => new Promise(resolve => setTimeout(resolve, ms))
await runProcess(async signal => { ${start} })`,
  )
  return relative(root, file)
}

const busy = `const timer = setInterval(() => {}, 1000); console.log('up');
  return { addresses: { api: 'http://there' }, close: async () => { await wait(100); clearInterval(timer); console.log('closed') } }`

describe('a process', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'finishes and exits 0 on %s, however often',
    async signal => {
      const started = run(await program(busy))
      await started.says('up')
      started.process.kill(signal)
      started.process.kill(signal)
      expect(await started.ended).toBe(0)
      expect(started.out()).toBe('up\nclosed\n')
      expect(started.err()).toBe('')
    },
  )

  test('that must not go on ends in order, says why, and exits 1', async () => {
    const lost = `lost: wait(100).then(() => { throw new PortFault('restored under us') }), addresses:`
    const started = run(await program(busy.replace('addresses:', lost)))
    expect(await started.ended).toBe(1)
    expect(started.out()).toBe('up\nclosed\n')
    expect(started.err()).toBe('restored under us\n')
  })

  test('tells its parent where it answers, and ends when that is gone', async () => {
    const started = run(await program(busy), {}, { ipc: true })
    const told = await new Promise(resolve => started.process.once('message', resolve))
    expect(told).toEqual({ ready: { api: 'http://there' } })
    started.process.disconnect()
    expect(await started.ended).toBe(0)
    expect(started.out()).toBe('up\nclosed\n')
  })

  test('whose parent goes while it starts ends in order all the same', async () => {
    const started = run(await program(`await wait(300); ${busy}`), {}, { ipc: true })
    setTimeout(() => started.process.disconnect(), 100)
    expect(await started.ended).toBe(0)
    expect(started.out()).toBe('up\nclosed\n')
    expect(started.err()).toBe('')
  })

  test('that gives up its start when asked to end has done what it was asked', async () => {
    const started = run(
      await program(`console.log('begun'); await wait(300); signal.throwIfAborted(); ${busy}`),
    )
    await started.says('begun')
    started.process.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect(started.out() + started.err()).toBe('begun\n')
  })

  test('that forgot to close something is ended in time, with 0', async () => {
    const started = run(await program(`setInterval(() => {}, 1000); ${busy}`))
    await started.says('up')
    const asked = performance.now()
    started.process.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect(performance.now() - asked).toBeLessThan(9_000)
  })

  test.each([
    ['a port that is busy', `throw new PortFault('Port 1 is in use.')`, /^Port 1 is in use\.\n$/],
    ['a fault of ours', `throw new Error('broken')`, /^Error: broken\n {4}at /],
    [
      'an end that fails',
      `setInterval(() => {}, 1000); setTimeout(() => process.kill(process.pid, 'SIGTERM'), 50); return { addresses: {}, close: async () => { throw new Error('stuck') } }`,
      /^Error: stuck\n {4}at /,
    ],
  ])('exits 1 for %s', async (_, start, said) => {
    const started = run(await program(start))
    expect(await started.ended).toBe(1)
    expect(started.err()).toMatch(said)
  })
})

test.each(['sftp/main.ts', 'worker/main.ts', 'api/node.ts'])(
  '%s without its configuration prints every fault by name, without a stack, and exits 1',
  async file => {
    const started = run(file, { LOG_LEVEL: 'loud', METRICS_PORT: 'x', MASTER_KEY: 'hunter2' })
    expect(await started.ended).toBe(1)
    for (const name of [
      'DATABASE_URL is not set',
      'S3_BUCKET is not set',
      'MASTER_KEY must',
      'LOG_LEVEL must',
      'METRICS_PORT must',
    ])
      expect(started.err()).toContain(`  ${name}`)
    expect(started.err()).toMatch(/^The configuration is not usable:\n( {2}[A-Z0-9_]+ .*\.\n)+$/)
    expect(started.err()).not.toContain('hunter2')
    expect(started.out()).toBe('')
  },
)
