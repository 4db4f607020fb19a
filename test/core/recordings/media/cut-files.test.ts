import { describe, expect, test } from 'vitest'
import { inspect } from './counted.ts'
import { ffmpeg, has, picture, tone } from './tools.ts'

const voice = tone(60)
const screen = picture(60)
const half = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2))

describe.skipIf(!has('ffmpeg'))('half of what ffmpeg writes (not where it is missing)', () => {
  test('MP3 with an index: the seconds that are there', async () => {
    const { durationSeconds, ...found } = await inspect(half(ffmpeg('a.mp3', ...voice, '-b:a', '24k')))
    expect(durationSeconds).toBeGreaterThan(29)
    expect(durationSeconds).toBeLessThan(31)
    expect(found).toMatchObject({ usable: true, playable: true })
    expect(found.damage).toMatch(/^It is truncated: its header promises 60 s, (29|30) s are there\.$/)
  })

  test('Ogg: it breaks off', async () => {
    const found = await inspect(half(ffmpeg('a.ogg', ...voice, '-c:a', 'libopus')))
    expect(found).toMatchObject({ usable: true })
    expect(found.durationSeconds).toBeGreaterThan(25)
    expect(found.damage).toMatch(/^It is truncated: it breaks off after \d\d s, in the middle of a page\.$/)
  })

  test('WebM: the seconds that are there', async () => {
    const found = await inspect(
      half(ffmpeg('a.webm', ...screen, ...voice, '-c:v', 'libvpx', '-deadline', 'realtime', '-g', '20')),
    )
    expect(found).toMatchObject({ kind: 'SCREEN', usable: true })
    expect(found.damage).toMatch(/^It is truncated: its header promises 60 s, [23]\d s are there\.$/)
  })

  test('MP4 whose index comes first: the bytes that are there', async () => {
    const found = await inspect(half(ffmpeg('a.mp4', ...screen, '-c:v', 'libx264', '-movflags', 'faststart')))
    expect(found).toMatchObject({ kind: 'SCREEN', usable: true })
    expect(found.damage).toMatch(/^It is truncated: its header promises [\d.]+ kB, [\d.]+ kB are there\.$/)
  })

  test('MP4 whose index would come last: nothing can play it', async () => {
    const found = await inspect(half(ffmpeg('a.mp4', ...screen, '-c:v', 'libx264')))
    expect(found).toMatchObject({
      kind: 'SCREEN',
      mediaType: 'video/mp4',
      usable: false,
      playable: false,
      damage: 'It cannot be played: it was never completed, its index (moov) is missing.',
    })
  })

  test('FLAC: the seconds that are there', async () => {
    const found = await inspect(half(ffmpeg('a.flac', ...voice)))
    expect(found).toMatchObject({ usable: true })
    expect(found.damage).toMatch(/^It is truncated: its header promises 60 s, [23]\d s are there\.$/)
  })
})
