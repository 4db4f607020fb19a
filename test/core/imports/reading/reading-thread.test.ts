import { expect, test } from 'vitest'
import { FileRefused, fileProblem } from '../../../../core/imports/problem.ts'
import { readContactFile, tooManyRejected } from '../../../../core/imports/reading/read-contact-file.ts'
import { aTemplate } from '../../templates/a-template.ts'
import { readAll, refusalOf } from './read-all.ts'

const template = aTemplate([
  ['Id', 'REFERENCE'],
  ['Agent', 'AGENT'],
  ['Date', 'CONTACT_DATE'],
])
const line = (n: number) => `${n},agent ${n % 9},2026-01-02T03:04:${n % 7}\n`
const file = (rows: number) => `Id,Agent,Date\n${Array.from({ length: rows }, (_, n) => line(n)).join('')}`
const own = { threadFrom: 0 }

test('a thread gives what reading here gives', async () => {
  const text = file(3000)
  const there = await readAll(text, template, { ...own, chunkBytes: 20_000, pieces: [5000] })
  expect(there).toEqual(await readAll(text, template, { chunkBytes: 20_000 }))
  expect(there.chunks.length).toBeGreaterThan(5)
  expect(there.chunks[0]?.copy).toBeInstanceOf(Buffer)
})

test('a refusal in the thread is a refusal here', async () => {
  expect((await refusalOf('Id,Agent\n', template, own)).problem.code).toBe('HEADER_MISMATCH')
})

test('a source that finds the file at fault midway refuses it with the rows that came before, each time the same', async () => {
  const cutOff = async function* () {
    yield Buffer.from(file(20_000))
    throw new FileRefused(fileProblem('BAD_ARCHIVE', 'It is cut off.'), 0)
  }
  for (const threadFrom of [0, 1e9]) {
    const refused = async () => {
      for await (const _ of readContactFile(cutOff(), { template, size: 10, chunkBytes: 50_000, threadFrom }))
        expect(_.kind).toBe('rows')
    }
    await expect(refused()).rejects.toMatchObject({ problem: { code: 'BAD_ARCHIVE' }, rowsRead: 20_000 })
  }
})

test('a file that grows beyond the limit is refused with the rows that were read', async () => {
  const text = file(20_000)
  for (const threadFrom of [0, 1e9]) {
    const options = { threadFrom, size: 10, maxBytes: text.length - 1, pieces: [text.length - 15, 15] }
    const { problem, rowsRead } = await refusalOf(text, template, options)
    expect([problem.code, rowsRead]).toEqual(['TOO_LARGE', 19_999])
  }
})

test("the thread's failure is an exception here, never a refusal", async () => {
  const broken = {
    ...template,
    columns: template.columns.map(column => ({ ...column, format: 'no format' })),
  }
  await expect(readAll(file(10), broken, own)).rejects.toThrow('The reading thread failed')
  const cause = new Error('the store is away')
  const source = (async function* () {
    yield Buffer.from(file(10))
    throw cause
  })()
  await expect(async () => {
    for await (const _ of readContactFile(source, { template, size: 10, ...own })) expect(_).toBeDefined()
  }).rejects.toBe(cause)
})

/** A source without an end that tells what was taken from it, and whether it was let go. */
const endless = () => {
  const state = { taken: 0, closed: false }
  const rows = Array.from({ length: 2000 }, (_, n) => line(n)).join('')
  const bytes = async function* () {
    try {
      yield Buffer.from('Id,Agent,Date\n')
      for (;;) {
        state.taken += rows.length
        yield Buffer.from(rows)
        await new Promise(setImmediate)
      }
    } finally {
      state.closed = true
    }
  }
  return { state, bytes }
}

test('a consumer that takes its time holds the source back', async () => {
  const { state, bytes } = endless()
  let seen = 0
  for await (const reading of readContactFile(bytes(), {
    template,
    size: 1e9,
    chunkBytes: 100_000,
    ...own,
  })) {
    if (reading.kind === 'summary') continue
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(state.taken - reading.bytesReadSoFar).toBeLessThan(2_500_000)
    if (++seen === 3) break
  }
  expect(state.closed).toBe(true)
})

test('an abort ends the reading with its reason', async () => {
  const controller = new AbortController()
  const { state, bytes } = endless()
  const reason = new Error('told to stop')
  await expect(async () => {
    for await (const reading of readContactFile(bytes(), {
      template,
      size: 1e9,
      signal: controller.signal,
      ...own,
    }))
      if (reading.kind === 'rows') controller.abort(reason)
  }).rejects.toBe(reason)
  await expect.poll(() => state.closed).toBe(true)
})

test('more rejected rows than agreed are a reason to refuse the file', () => {
  expect(tooManyRejected({ rowsRead: 4, rejected: 2 }, template)).toBeNull()
  expect(tooManyRejected({ rowsRead: 4, rejected: 3 }, template)).toMatchObject({
    code: 'TOO_MANY_REJECTED',
    message: expect.stringMatching(/^3 of 4 rows were rejected \(75 %\); more than 50 % refuse/),
  })
})
