import { describe, expect, test } from 'vitest'
import { inspect } from './counted.ts'
import { chunk, rf64, samples, wave } from './waves.ts'

const sound = samples(8_000 * 10)
const zeros = (length: number) => Buffer.alloc(length)

/** With the description, of 24 bytes behind the head, at the end. */
const moved = (bytes: Buffer) =>
  Buffer.concat([bytes.subarray(0, 12), bytes.subarray(36), bytes.subarray(12, 36)])

/** Of ID3v2. */
const tag = (size: number) =>
  Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, size]), zeros(size)])

describe('a WAV that is usable all the same', () => {
  test('one that was cut says what its header promises and what is there', async () => {
    const cut = wave({ data: samples(8_000 * 312) }).subarray(0, 44 + 16_000 * 200)
    expect(await inspect(cut)).toEqual({
      kind: 'AUDIO',
      mediaType: 'audio/wav',
      codec: 'PCM 16 bit',
      durationSeconds: 200,
      playable: true,
      usable: true,
      damage: 'It is truncated: its header promises 312 s, 200 s are there.',
    })
  })

  test('by less than a second as well', async () => {
    const long = wave({ data: samples(8_000 * 20 + 4_000) })
    expect((await inspect(long.subarray(0, -100))).damage).toBe(
      'It is truncated: its header promises 328000 bytes of sound, 327900 are there.',
    )
  })

  test('one whose recorder fell before it knew the length', async () => {
    expect(await inspect(wave({ data: sound, promised: 0 }))).toMatchObject({
      durationSeconds: 10,
      usable: true,
      damage: 'Its header was never completed: it promises no sound, 10 s are there.',
    })
  })

  test('one of 2 to 4 GiB that was cut, whose size is none that stands for an open end', async () => {
    expect(await inspect(wave({ data: sound, promised: 0x8000_0000 }))).toMatchObject({
      durationSeconds: 10,
      damage: 'It is truncated: its header promises 134217 s, 10 s are there.',
    })
    expect((await inspect(wave({ data: sound, promised: 0xffff_0000 }))).damage).toContain('It is truncated')
  })

  test('a long form whose recorder fell before it knew the length', async () => {
    expect(await inspect(rf64({ data: sound, promised: 0 }, 0n))).toMatchObject({
      durationSeconds: 10,
      damage: 'Its header was never completed: it promises no sound, 10 s are there.',
    })
  })

  test('GSM that was cut in the middle of a block', async () => {
    const gsm = wave({ format: 0x31, bits: 0, blockAlign: 65, data: zeros(65 * 1_000), promised: 65 * 2_000 })
    expect(await inspect(gsm)).toMatchObject({
      codec: 'GSM 6.10',
      durationSeconds: 40,
      damage: 'It is truncated: its header promises 80 s, 40 s are there.',
    })
  })

  test('a codec that nobody knows is named by its number', async () => {
    const odd = wave({ format: 0x1234, blockAlign: 10, rate: 8_000, data: zeros(160_000) })
    expect(await inspect(odd)).toMatchObject({
      codec: 'WAV codec 0x1234',
      durationSeconds: 2,
      playable: false,
      usable: true,
      damage: null,
    })
  })
})

describe('a WAV that is sound', () => {
  test.each([
    ['an end that was left open', wave({ data: sound, promised: 0xffff_ffff })],
    [
      'chunks ahead, one of odd length',
      wave({ data: sound, ahead: [chunk('bext', zeros(601)), chunk('junk', zeros(28))] }),
    ],
    ['chunks behind', wave({ data: sound, behind: [chunk('LIST', zeros(40))] })],
    ['words in the header’s extension', wave({ data: sound, extension: zeros(2) })],
    ['a fact that says the length', wave({ data: sound, fact: 80_000 })],
    ['an end that sox left open', wave({ data: sound, promised: 0x7fff_f000 })],
    [
      'many marks ahead',
      wave({ data: sound, ahead: Array.from({ length: 2_000 }, () => chunk('mark', zeros(4))) }),
    ],
    ['a long form that says its length', rf64({ data: sound }, BigInt(sound.length))],
    ['a long form that ffmpeg wrote into a pipe', rf64({ data: sound, promised: 0xffff_ffff }, 0n)],
    ['a long form of ones', rf64({ data: sound, promised: 0xffff_ffff }, 0xffff_ffff_ffff_ffffn)],
    ['A-law with blocks of two', wave({ format: 6, bits: 8, blockAlign: 2, data: zeros(80_000) })],
    ['mu-law with blocks of two', wave({ format: 7, bits: 8, blockAlign: 2, data: zeros(80_000) })],
  ])('%s', async (_, bytes) => {
    const found = { durationSeconds: 10, playable: true, usable: true, damage: null }
    expect(await inspect(bytes)).toMatchObject(found)
  })

  test.each([
    ['sound ahead of its description', moved(wave({ data: sound }))],
    ['a tag ahead of everything', Buffer.concat([tag(10), wave({ data: sound })])],
    [
      'an empty part for sound ahead',
      wave({ data: zeros(0), behind: [chunk('note', zeros(4)), chunk('data', sound)] }),
    ],
  ])('%s, but not all browsers play it', async (_, bytes) => {
    const found = { mediaType: 'audio/wav', durationSeconds: 10, playable: false, usable: true, damage: null }
    expect(await inspect(bytes)).toMatchObject(found)
  })

  test.each([
    [1, 12, false],
    [1, 64, false],
    [3, 64, false],
    [3, 32, true],
    [1, 8, true],
  ])('format %i of %i bits plays: %s', async (format, bits, playable) => {
    const bytes = wave({
      format,
      bits,
      blockAlign: Math.ceil(bits / 8),
      data: zeros(8_000 * Math.ceil(bits / 8)),
    })
    expect(await inspect(bytes)).toMatchObject({ durationSeconds: 1, playable })
  })
})

test('a rate that no browser takes is not playable', async () => {
  expect(await inspect(wave({ rate: 2_000 }))).toMatchObject({
    durationSeconds: 4,
    playable: false,
    damage: null,
  })
})

describe('a WAV without use', () => {
  test.each([
    ['no channels', wave({ channels: 0, blockAlign: 2 }), 'Its header is nonsense: it has 0 channels.'],
    ['no rate', wave({ rate: 0 }), 'Its header is nonsense: it has 0 samples a second.'],
    ['no blocks', wave({ blockAlign: 0 }), 'Its header is nonsense: its blocks have no length.'],
    [
      'blocks that do not fit',
      wave({ channels: 2, blockAlign: 2 }),
      'Its header is nonsense: blocks of 2 bytes for 2 samples of 16 bits.',
    ],
    ['no sound', wave({ data: zeros(0) }), 'It holds no sound: it ends after its header.'],
    [
      'no sound but its tags',
      wave({ data: zeros(0), behind: [chunk('LIST', zeros(26))] }),
      'It holds no sound: it ends after its header.',
    ],
    [
      'a header alone',
      wave({ data: sound }).subarray(0, 44),
      'It holds no sound: it ends after its header, which promises 10 s.',
    ],
    [
      'half a header',
      wave({ data: sound }).subarray(0, 30),
      'Its header is nonsense: the description of the sound is cut short.',
    ],
    [
      'sound that nothing describes',
      Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), chunk('data', sound), chunk('LIST', zeros(16))]),
      'Its header is nonsense: nothing describes the sound.',
    ],
  ])('%s', async (_, bytes, damage) => {
    expect(await inspect(bytes)).toMatchObject({
      mediaType: 'audio/wav',
      durationSeconds: null,
      playable: false,
      usable: false,
      damage,
    })
  })
})
