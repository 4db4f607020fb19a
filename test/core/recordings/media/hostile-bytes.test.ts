import { expect, test } from 'vitest'
import { inspectRecording } from '../../../../core/recordings/media/inspect.ts'
import { fc } from '../../../support/properties.ts'
import { counted } from './counted.ts'
import { ffmpeg, has, picture, tone } from './tools.ts'
import { samples, wave } from './waves.ts'

const MOST_BYTES = 4 * 2 ** 20

const screen = picture(3)
const voice = tone(3)
const written: Buffer[] = has('ffmpeg')
  ? [
      ffmpeg('a.ogg', ...voice, '-c:a', 'libopus'),
      ffmpeg('a.mp3', ...voice, '-b:a', '24k'),
      ffmpeg('a.flac', ...voice),
      ffmpeg('a.wma', ...voice),
      ffmpeg('a.aiff', ...voice),
      ffmpeg('a.mp4', ...screen, ...voice, '-c:v', 'libx264'),
      ffmpeg('b.mp4', ...screen, '-c:v', 'libx264', '-g', '5', '-movflags', 'frag_keyframe+empty_moov'),
      ffmpeg('a.webm', ...screen, ...voice, '-c:v', 'libvpx'),
      ffmpeg('b.webm', ...screen, '-c:v', 'libvpx', '-live', '1'),
      ffmpeg('a.gsm', ...voice),
    ]
  : []
const bases = [
  wave({ data: samples(24_000) }),
  wave({ format: 0x31, bits: 0, blockAlign: 65, data: Buffer.alloc(6_500) }),
  wave({ format: 2, bits: 4, blockAlign: 256, data: Buffer.alloc(2_560), extension: Buffer.alloc(32, 7) }),
  ...written,
]

async function holds(bytes: Uint8Array) {
  const source = counted(bytes)
  const found = await inspectRecording(source, 'a.wav')
  expect(source.bytes).toBeLessThanOrEqual(MOST_BYTES)
  expect(source.reads).toBeLessThanOrEqual(64)
  const { durationSeconds, usable, playable, damage } = found
  if (durationSeconds !== null) {
    expect(durationSeconds).toBeGreaterThan(0)
    expect(durationSeconds).toBeLessThan(1e7)
  }
  if (!usable) expect([playable, typeof damage]).toEqual([false, 'string'])
}

const base = fc.constantFrom(...bases)
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const runs = { numRuns: 1_500 }

test('cut anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(base, share, (bytes, at) => holds(bytes.subarray(0, Math.floor(bytes.length * at)))),
    runs,
  )
})

test('bytes flipped, in the header above all', async () => {
  const flip = fc.tuple(
    fc.oneof(
      share,
      share.map(at => at / 50),
    ),
    fc.integer({ min: 0, max: 255 }),
  )
  await fc.assert(
    fc.asyncProperty(base, fc.array(flip, { minLength: 1, maxLength: 12 }), async (bytes, flips) => {
      const changed = Buffer.from(bytes)
      for (const [at, value] of flips) changed[Math.floor(changed.length * at)] = value
      await holds(changed)
    }),
    runs,
  )
})

test('numbers in the header replaced by the largest, the smallest and those around', async () => {
  const odd = fc.constantFrom(0, 1, 2, 7, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff)
  const write = fc.tuple(share, odd, fc.boolean())
  await fc.assert(
    fc.asyncProperty(base, fc.array(write, { minLength: 1, maxLength: 4 }), async (bytes, writes) => {
      const changed = Buffer.from(bytes)
      for (const [at, value, big] of writes) {
        const offset = Math.floor(Math.min(2_000, changed.length - 4) * at)
        if (big) changed.writeUInt32BE(value, offset)
        else changed.writeUInt32LE(value, offset)
      }
      await holds(changed)
    }),
    runs,
  )
})

test('anything behind the first bytes of a format', async () => {
  const head = base.chain(bytes => fc.integer({ min: 1, max: 60 }).map(length => bytes.subarray(0, length)))
  await fc.assert(
    fc.asyncProperty(head, fc.uint8Array({ maxLength: 3_000 }), (begin, rest) =>
      holds(Buffer.concat([begin, rest])),
    ),
    runs,
  )
})

test('a file that only begins like one is not read for ever: 5 GB of nothing', async () => {
  for (const bytes of bases) {
    let read = 0
    const source = {
      size: 5 * 2 ** 30,
      async read(start: number, end: number) {
        read += end - start
        const answer = new Uint8Array(end - start)
        answer.set(bytes.subarray(Math.min(start, bytes.length), end))
        return answer
      },
    }
    await inspectRecording(source, 'a.wav')
    expect(read).toBeLessThanOrEqual(MOST_BYTES)
  }
})
