import { describe, expect, test } from 'vitest'
import { playedForm } from '../../../../core/recordings/media/played-form.ts'
import { fc } from '../../../support/properties.ts'
import { chance, collect, gsmWave, imaWave, msWave, ringingGsmWave, stored } from './coded-waves.ts'
import { inspect } from './counted.ts'
import { wave } from './waves.ts'

const coded = [
  gsmWave(1),
  gsmWave(1_700),
  ringingGsmWave(700),
  gsmWave(600, 30),
  gsmWave(600, 40),
  imaWave(1, 256, 40),
  imaWave(2, 1_024, 30, 77),
  imaWave(1, 36, 300, 3),
  imaWave(2, 2_050, 5),
  msWave(1, 256, 40),
  msWave(2, 1_024, 30, 500),
  msWave(2, 15, 200),
  msWave(1, 65_535, 3, 100),
  {
    name: 'bare GSM',
    bytes: Buffer.concat(
      Array.from({ length: 1_300 }, (_, at) =>
        Buffer.concat([Buffer.from([0xd0 | (at & 15)]), chance(32, at)]),
      ),
    ),
    channels: 1,
    blockBytes: 33,
    pcmBytes: 320,
  },
]

describe.each(coded)('$name', ({ bytes, channels, pcmBytes, blockBytes }) => {
  const open = async () => {
    const recording = stored(bytes)
    const found = await inspect(bytes)
    return { recording, found, form: await playedForm(recording, found) }
  }

  test('becomes a WAV of 16-bit PCM as long as it was, of the size that was said', async () => {
    const { form, found } = await open()
    const played = await collect(form.open(0, form.size))
    expect(played.length).toBe(form.size)
    const again = await inspect(played)
    expect(again).toMatchObject({ mediaType: 'audio/wav', codec: 'PCM 16 bit', playable: true, damage: null })
    expect(again.durationSeconds).toBe(found.durationSeconds)
    expect(played.readUInt16LE(22)).toBe(channels)
  })

  test('any range is a part of the whole, byte for byte', async () => {
    const { form } = await open()
    const whole = await collect(form.open(0, form.size))
    const place = fc.integer({ min: 0, max: form.size })
    await fc.assert(
      fc.asyncProperty(place, place, async (one, other) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)]
        expect((await collect(form.open(start, end))).equals(whole.subarray(start, end))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  test('a range reads the blocks that it needs, and of GSM those that bring its decoder up', async () => {
    const { form, recording } = await open()
    const most = pcmBytes === 640 || pcmBytes === 320 ? blockBytes * 640 : 0
    for (const at of [0, 0.3, 0.7, 0.99]) {
      const start = Math.floor(44 + (form.size - 44) * at)
      recording.asked.length = 0
      await collect(form.open(start, Math.min(form.size, start + 2 * pcmBytes)))
      const read = recording.asked.reduce((sum, [from, to]) => sum + to - from, 0)
      expect(read).toBeLessThanOrEqual(3 * blockBytes + most)
    }
  })
})

test('whatever a header says, what is played is as long as it was said, and its ranges agree', async () => {
  const small = fc.integer({ min: 0, max: 70 })
  const header = fc.record({
    format: fc.constantFrom(2, 0x11, 0x31),
    channels: fc.integer({ min: 1, max: 3 }),
    blockAlign: fc.oneof(fc.constant(65), small, fc.integer({ min: 1, max: 65_535 })),
    bits: fc.constantFrom(0, 3, 4, 16),
    fact: fc.oneof(fc.constant(undefined), fc.nat(100_000)),
    data: fc.nat(60_000).map(length => chance(length)),
    extension: fc.oneof(
      fc.constant(undefined),
      fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)),
    ),
  })
  await fc.assert(
    fc.asyncProperty(
      header,
      fc.double({ min: 0, max: 1, noNaN: true }),
      async ({ fact, extension, ...given }, share) => {
        const bytes = wave({
          ...given,
          ...(fact === undefined ? {} : { fact }),
          ...(extension ? { extension } : {}),
        })
        const form = await playedForm(stored(bytes), await inspect(bytes))
        const whole = await collect(form.open(0, form.size))
        expect(whole.length).toBe(form.size)
        const start = Math.floor(form.size * share)
        expect((await collect(form.open(start, form.size))).equals(whole.subarray(start))).toBe(true)
      },
    ),
    { numRuns: 200 },
  )
})

test('a range that is given up ends the reading', async () => {
  let closed = false
  const { bytes } = gsmWave(5_000)
  const form = await playedForm(
    {
      size: bytes.length,
      async *open(start, end) {
        try {
          for (let at = start; at < end; at += 100) yield bytes.subarray(at, Math.min(end, at + 100))
        } finally {
          closed = true
        }
      },
    },
    { mediaType: 'audio/wav', playable: false, usable: true },
  )
  closed = false
  const pieces = form.open(44, form.size)[Symbol.asyncIterator]()
  await pieces.next()
  await pieces.return?.()
  expect(closed).toBe(true)
})

describe('as it is', () => {
  test.each([
    ['what browsers play', wave()],
    ['a codec that is not decoded here', wave({ format: 0x45, blockAlign: 1, bits: 4 })],
    ['IMA ADPCM of three bits', wave({ format: 0x11, bits: 3, blockAlign: 256 })],
    ['GSM in blocks that are none', wave({ format: 0x31, bits: 0, blockAlign: 64 })],
    ['three channels of ADPCM', wave({ format: 0x11, bits: 4, channels: 3, blockAlign: 768 })],
  ])('%s', async (_, bytes) => {
    const recording = stored(bytes)
    const form = await playedForm(recording, await inspect(bytes))
    expect([form.form, form.size, form.mediaType]).toEqual(['as-is', bytes.length, 'audio/wav'])
    expect((await collect(form.open(10, 60))).equals(bytes.subarray(10, 60))).toBe(true)
  })
})

test('of MP3 in a WAV the MP3 alone', async () => {
  const sound = chance(5_001)
  const bytes = wave({ format: 0x55, blockAlign: 1, bits: 0, data: sound, fact: 8_000 })
  const form = await playedForm(stored(bytes), await inspect(bytes))
  expect([form.form, form.size, form.mediaType]).toEqual(['mp3', 5_001, 'audio/mpeg'])
  expect((await collect(form.open(17, 5_001))).equals(sound.subarray(17))).toBe(true)
})
