import { describe, expect, test } from 'vitest'
import { MalformedPacket } from '../../sftp/codec/cursor.ts'
import { FrameReader, UnreadableStream } from '../../sftp/codec/frames.ts'
import { parseRequest } from '../../sftp/codec/requests.ts'
import { fc } from '../support/properties.ts'
import { ask, framed } from './support/packets.ts'

const LIMIT = 4096

function frameBytes(bodies: Uint8Array[]): Buffer {
  return Buffer.concat(bodies.map(([type = 0, ...rest]) => framed(type, Buffer.from(rest))))
}

function readAll(stream: Buffer, cuts: number[]): Buffer[] {
  const reader = new FrameReader(LIMIT)
  const found: Buffer[] = []
  const edges = [...new Set([0, ...cuts.map(cut => cut % (stream.length + 1)), stream.length])].sort(
    (a, b) => a - b,
  )
  for (const [index, start] of edges.entries()) {
    reader.push(stream.subarray(start, edges[index + 1] ?? start))
    for (let frame = reader.next(); frame; frame = reader.next()) found.push(Buffer.from(frame))
  }
  expect(reader.atBoundary).toBe(true)
  return found
}

const body = fc.uint8Array({ minLength: 1, maxLength: 200 })

describe('a stream of packets', () => {
  test('gives the same packets in any chunking', () => {
    fc.assert(
      fc.property(
        fc.array(body, { maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 60 }),
        (bodies, cuts) => {
          const found = readAll(frameBytes(bodies), cuts)
          expect(found.map(frame => [...frame])).toEqual(bodies.map(bytes => [...bytes]))
        },
      ),
    )
  })

  test('gives them byte by byte as well', () => {
    const bodies = [Uint8Array.of(1), new Uint8Array(300).fill(7)]
    const stream = frameBytes(bodies)
    const found = readAll(
      stream,
      Array.from(stream, (_, at) => at),
    )
    expect(found.map(frame => frame.length)).toEqual([1, 300])
  })

  test('is given up when a packet is empty or larger than the limit, before its bytes are held', () => {
    for (const length of [0, LIMIT + 1, 0xffff_ffff]) {
      const reader = new FrameReader(LIMIT)
      const head = Buffer.alloc(4)
      head.writeUInt32BE(length)
      reader.push(head)
      expect(() => reader.next()).toThrow(UnreadableStream)
    }
  })
})

describe('a request', () => {
  test('is parsed or called malformed, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 120 }), bytes => {
        try {
          expect(parseRequest(Buffer.from(bytes)).kind).toBeTypeOf('string')
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedPacket)
        }
      }),
    )
  })

  test('that is cut short anywhere after its id can be answered under its id', () => {
    const whole = ask.write(77, Buffer.from('abcd'), 5, Buffer.from('hello')).subarray(4)
    for (let length = 5; length < whole.length; length += 1) {
      expect(() => parseRequest(whole.subarray(0, length))).toThrow(expect.objectContaining({ id: 77 }))
    }
    expect(parseRequest(whole)).toMatchObject({
      kind: 'write',
      id: 77,
      offset: 5,
      bytes: Buffer.from('hello'),
    })
  })
})
