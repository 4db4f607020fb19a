import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { playedForm } from '../../../../core/recordings/media/played-form.ts'
import { type Coded, collect, gsmWave, imaWave, msWave, stored } from './coded-waves.ts'
import { inspect } from './counted.ts'
import { has, made } from './tools.ts'

async function played(bytes: Buffer): Promise<Int16Array> {
  const form = await playedForm(stored(bytes), await inspect(bytes))
  expect(form.form).toBe('pcm')
  return numbers(await collect(form.open(44, form.size)))
}

const numbers = (bytes: Buffer): Int16Array =>
  Int16Array.from({ length: bytes.length >> 1 }, (_, at) => bytes.readInt16LE(at * 2))

/** How far two recordings are apart, in decibels of the first. */
function nearness(one: Int16Array, other: Int16Array): number {
  let [sound, noise] = [0, 0]
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    sound += (one[at] ?? 0) ** 2
    noise += ((one[at] ?? 0) - (other[at] ?? 0)) ** 2
  }
  return 10 * Math.log10(sound / noise)
}

const bySox = (bytes: Buffer) =>
  numbers(
    made(
      'out.raw',
      (path, folder) => execFileSync('sox', [`${folder}/in.wav`, '-e', 'signed', '-b', '16', path]),
      { 'in.wav': bytes },
    ),
  )

const byFfmpeg = (bytes: Buffer) =>
  numbers(
    made(
      'out.raw',
      (path, folder) =>
        execFileSync('ffmpeg', ['-v', 'error', '-i', `${folder}/in.wav`, '-f', 's16le', path]),
      { 'in.wav': bytes },
    ),
  )

/** A minute of something between speech and music, as a recorder writes it. */
const voice = (channels: number, encoding: string) =>
  made('voice.wav', path => {
    const sound = [
      'synth',
      '60',
      'pluck',
      '150',
      'synth',
      '60',
      'pinknoise',
      'mix',
      'tremolo',
      '3',
      '70',
      'vol',
      '0.6',
    ]
    execFileSync('sox', ['-R', '-n', '-r', '8000', '-c', String(channels), '-e', encoding, path, ...sound])
  })

describe.skipIf(!has('sox'))('what sox writes sounds as sox reads it (not where it is missing)', () => {
  test.each([
    [1, 'gsm-full-rate'],
    [1, 'ima-adpcm'],
    [2, 'ima-adpcm'],
    [1, 'ms-adpcm'],
    [2, 'ms-adpcm'],
  ])('%i channels of %s', async (channels, encoding) => {
    const bytes = voice(channels, encoding)
    expect(nearness(bySox(bytes), await played(bytes))).toBeGreaterThan(60)
  })
})

describe.skipIf(!has('sox') || !has('ffmpeg'))(
  'and nearly as ffmpeg reads it, which rounds otherwise',
  () => {
    test.each([
      [1, 'gsm-full-rate', 60],
      [1, 'ima-adpcm', 40],
      [2, 'ima-adpcm', 40],
      [1, 'ms-adpcm', 20],
      [2, 'ms-adpcm', 20],
    ])('%i channels of %s', async (channels, encoding, least) => {
      const bytes = voice(channels, encoding)
      expect(nearness(byFfmpeg(bytes), await played(bytes))).toBeGreaterThan(least)
    })
  },
)

/** Bytes of chance drive the arithmetic to all its limits. */
describe.skipIf(!has('sox'))('chance is decoded bit for bit as sox does it (not where it is missing)', () => {
  test.each<[Coded]>([
    [gsmWave(250)],
    [imaWave(1, 256, 60)],
    [imaWave(2, 512, 60)],
    [msWave(1, 256, 60)],
    [msWave(2, 512, 60)],
  ])('$name', async ({ bytes }) => {
    const [one, other] = [bySox(bytes), await played(bytes)]
    expect(other.length).toBe(one.length)
    expect(other.findIndex((sample, at) => sample !== one[at])).toBe(-1)
  })
})
