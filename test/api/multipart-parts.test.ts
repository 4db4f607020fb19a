import { describe, expect, test } from 'vitest'
import { boundaryOf, MultipartFault, type PartHead, readParts } from '../../api/multipart/parts.ts'
import { fc } from '../support/properties.ts'

async function* pieces(bytes: Uint8Array, cuts: readonly number[]) {
  const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  for (const [index, place] of places.entries())
    yield bytes.subarray(place, places[index + 1] ?? bytes.length)
}

async function whole(bytes: Uint8Array, boundary: string, cuts: readonly number[] = []) {
  const parts: { head: PartHead; body: Buffer }[] = []
  for await (const piece of readParts(pieces(bytes, cuts), boundary)) {
    const last = parts.at(-1)
    if (!('bytes' in piece)) parts.push({ head: piece, body: Buffer.alloc(0) })
    else if (last) last.body = Buffer.concat([last.body, piece.bytes])
  }
  return parts
}

/** What the runtime's own encoder makes of a form. */
async function encoded(form: FormData) {
  const response = new Response(form)
  const boundary = boundaryOf(response.headers.get('content-type'))
  if (boundary === undefined) throw new Error('no boundary')
  return { bytes: new Uint8Array(await response.arrayBuffer()), boundary }
}

const cuts = fc.array(fc.nat(), { maxLength: 30 })

describe('a multipart body', () => {
  test('is taken apart as it was put together, however it is cut', async () => {
    const part = fc.record({
      name: fc.string({ minLength: 1, maxLength: 20 }).filter(name => !/[\r\n"\\]/.test(name)),
      fileName: fc.option(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(name => !/[\r\n"\\%]/.test(name)),
      ),
      body: fc.uint8Array({ maxLength: 300 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(part, { maxLength: 5, selector: ({ name }) => name }),
        cuts,
        async (all, at) => {
          const form = new FormData()
          for (const { name, fileName, body } of all)
            form.append(name, new Blob([body.slice()], { type: 'text/csv' }), fileName ?? 'blob')
          const { bytes, boundary } = await encoded(form)
          const read = await whole(bytes, boundary, at)
          expect(read.map(({ head, body }) => ({ ...head, body: [...body] }))).toEqual(
            all.map(({ name, fileName, body }) => ({
              name,
              fileName: fileName ?? 'blob',
              mediaType: 'text/csv',
              body: [...body],
            })),
          )
        },
      ),
    )
  })

  test('may hold what looks like the beginning of its boundary', async () => {
    const boundary = 'XX'
    const near = ['\r\n--X', '\r\n--', '\r\n-', '\r', '--XX', '\r\n--XY', '\r\r\n--X\r\n--X\r\n']
    for (const body of near) {
      const text = `--XX\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n${body}\r\n--XX--`
      for (let cut = 0; cut <= text.length; cut++) {
        const [part] = await whole(Buffer.from(text), boundary, [cut])
        expect(part?.body.toString(), `${JSON.stringify(body)} cut at ${cut}`).toBe(body)
      }
    }
  })

  test('is held no longer than its boundary needs', async () => {
    const head = '--B\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n'
    let given = 0
    let seen = 0
    let behind = 0
    async function* endless() {
      yield Buffer.from(head)
      for (let times = 0; times < 100; times++) {
        given += 65_536
        yield Buffer.alloc(65_536, 7)
      }
      yield Buffer.from('\r\n--B--')
    }
    for await (const piece of readParts(endless(), 'B')) {
      if ('bytes' in piece) seen += piece.bytes.length
      behind = Math.max(behind, given - seen)
    }
    expect(seen).toBe(6_553_600)
    expect(behind).toBeLessThan(64)
  })

  test.each([
    ['nothing', ''],
    ['no end', '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx'],
    ['no last boundary', '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--B'],
    ['no field name', '--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--'],
    ['no disposition', '--B\r\nContent-Type: text/csv\r\n\r\nx\r\n--B--'],
    ['a head without end', `--B\r\n${'X: y\r\n'.repeat(3_000)}`],
    ['words behind a boundary', '--B wrong\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--B--'],
    ['other bytes', 'PK\u0003\u0004\u0000'],
  ])('with %s is refused', async (_, text) => {
    await expect(whole(Buffer.from(text), 'B')).rejects.toThrow(MultipartFault)
  })

  test('random bytes end in a fault or in parts, never otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('--B', '\r\n', '--', ':', 'a', '"', 'name=', ';', 'form-data'), {
          maxLength: 40,
        }),
        cuts,
        async (words, at) => {
          try {
            await whole(Buffer.from(words.join('')), 'B', at)
          } catch (error) {
            expect(error).toBeInstanceOf(MultipartFault)
          }
        },
      ),
    )
  })
})

test.each([
  ['form-data; name="f"; filename="a\\"b.csv"', 'a"b.csv'],
  ['form-data; name="f"; filename="a%22b.csv"', 'a"b.csv'],
  ['form-data; name="f"; filename="größe, 2.csv"', 'größe, 2.csv'],
  ['form-data; name="f"; filename=plain.csv', 'plain.csv'],
  ['form-data; name="f"; filename="C:\\dir\\a.csv"', 'C:\\dir\\a.csv'],
  ['form-data; name="f"', null],
])('%s', async (disposition, fileName) => {
  const text = `--B\r\nContent-Disposition: ${disposition}\r\n\r\nx\r\n--B--\r\n`
  expect((await whole(Buffer.from(text), 'B'))[0]?.head.fileName).toBe(fileName)
})

test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['multipart/form-data;boundary="a b:c"', 'a b:c'],
  ['Multipart/Form-Data; charset=utf-8; boundary=x', 'x'],
  ['multipart/form-data', undefined],
  ['multipart/mixed; boundary=x', undefined],
  [null, undefined],
])('the boundary of %s', (contentType, boundary) => {
  expect(boundaryOf(contentType)).toBe(boundary)
})
