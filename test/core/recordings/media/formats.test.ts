import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { inspectRecording } from '../../../../core/recordings/media/inspect.ts'
import { counted } from './counted.ts'
import { ffmpeg, has, made, picture, tone } from './tools.ts'

const SECONDS = 40
const voice = tone(SECONDS)
const music = tone(SECONDS, 44_100)
const screen = picture(SECONDS)

type Row = [name: string, args: string[], kind: string, mediaType: string, codec: string, playable: boolean]

const rows: Row[] = [
  ['pcm.wav', voice, 'AUDIO', 'audio/wav', 'PCM 16 bit', true],
  ['u8.wav', [...voice, '-c:a', 'pcm_u8'], 'AUDIO', 'audio/wav', 'PCM 8 bit', true],
  ['s24.wav', [...voice, '-c:a', 'pcm_s24le'], 'AUDIO', 'audio/wav', 'PCM 24 bit', true],
  ['float.wav', [...voice, '-c:a', 'pcm_f32le'], 'AUDIO', 'audio/wav', 'PCM float 32 bit', true],
  ['long.wav', [...voice, '-rf64', 'always'], 'AUDIO', 'audio/wav', 'PCM 16 bit', true],
  ['alaw.wav', [...voice, '-c:a', 'pcm_alaw'], 'AUDIO', 'audio/wav', 'A-law', true],
  ['mulaw.wav', [...voice, '-ac', '2', '-c:a', 'pcm_mulaw'], 'AUDIO', 'audio/wav', 'mu-law', true],
  ['gsm.wav', [...voice, '-c:a', 'libgsm_ms'], 'AUDIO', 'audio/wav', 'GSM 6.10', false],
  ['ima.wav', [...voice, '-c:a', 'adpcm_ima_wav'], 'AUDIO', 'audio/wav', 'IMA ADPCM', false],
  ['ms.wav', [...voice, '-ac', '2', '-c:a', 'adpcm_ms'], 'AUDIO', 'audio/wav', 'MS ADPCM', false],
  ['g722.wav', [...tone(SECONDS, 16_000), '-c:a', 'g722'], 'AUDIO', 'audio/wav', 'G.722', false],
  ['mp3.wav', [...voice, '-c:a', 'libmp3lame'], 'AUDIO', 'audio/wav', 'MP3', false],
  ['constant.mp3', [...voice, '-b:a', '24k'], 'AUDIO', 'audio/mpeg', 'MP3', true],
  ['variable.mp3', [...music, '-q:a', '4'], 'AUDIO', 'audio/mpeg', 'MP3', true],
  [
    'bare.mp3',
    [...music, '-b:a', '64k', '-write_xing', '0', '-id3v2_version', '0'],
    'AUDIO',
    'audio/mpeg',
    'MP3',
    true,
  ],
  ['layer2.mp3', [...music, '-c:a', 'mp2', '-f', 'mp2'], 'AUDIO', 'audio/mpeg', 'MPEG layer 2', false],
  ['adts.aac', music, 'AUDIO', 'audio/aac', 'AAC', true],
  ['vorbis.ogg', [...voice, '-c:a', 'libvorbis'], 'AUDIO', 'audio/ogg', 'Vorbis', true],
  ['opus.ogg', [...voice, '-c:a', 'libopus'], 'AUDIO', 'audio/ogg', 'Opus', true],
  ['speex.ogg', [...voice, '-c:a', 'libspeex'], 'AUDIO', 'audio/ogg', 'Speex', false],
  ['flac.oga', [...voice, '-c:a', 'flac'], 'AUDIO', 'audio/ogg', 'FLAC', true],
  ['a.flac', voice, 'AUDIO', 'audio/flac', 'FLAC', true],
  ['a.m4a', [...music, '-c:a', 'aac'], 'AUDIO', 'audio/mp4', 'AAC', true],
  ['a.3gp', [...voice, '-c:a', 'aac'], 'AUDIO', 'audio/3gpp', 'AAC', true],
  ['lossless.m4a', [...music, '-c:a', 'alac'], 'AUDIO', 'audio/mp4', 'ALAC', false],
  ['silent.mp4', [...screen, '-c:v', 'libx264'], 'SCREEN', 'video/mp4', 'H.264', true],
  [
    'index-first.mp4',
    [...screen, ...music, '-c:v', 'libx264', '-movflags', 'faststart'],
    'SCREEN',
    'video/mp4',
    'H.264 + AAC',
    true,
  ],
  [
    'fragments.mp4',
    [...screen, ...music, '-c:v', 'libx264', '-g', '20', '-movflags', 'frag_keyframe+empty_moov'],
    'SCREEN',
    'video/mp4',
    'H.264 + AAC',
    true,
  ],
  ['old.mp4', [...screen, '-c:v', 'mpeg4'], 'SCREEN', 'video/mp4', 'MPEG-4 Visual', false],
  ['quick.mov', [...screen, '-c:v', 'libx264'], 'SCREEN', 'video/quicktime', 'H.264', false],
  [
    'vp9.webm',
    [...screen, ...voice, '-c:v', 'libvpx-vp9', '-deadline', 'realtime'],
    'SCREEN',
    'video/webm',
    'VP9 + Opus',
    true,
  ],
  ['vp8.webm', [...screen, '-c:v', 'libvpx', '-deadline', 'realtime'], 'SCREEN', 'video/webm', 'VP8', true],
  [
    'live.webm',
    [...screen, '-c:v', 'libvpx', '-deadline', 'realtime', '-live', '1'],
    'SCREEN',
    'video/webm',
    'VP8',
    true,
  ],
  ['sound.webm', voice, 'AUDIO', 'audio/webm', 'Opus', true],
  [
    'matroska.mkv',
    [...screen, ...voice, '-c:a', 'libvorbis', '-c:v', 'libx264'],
    'SCREEN',
    'video/x-matroska',
    'H.264 + Vorbis',
    false,
  ],
  ['a.wma', music, 'AUDIO', 'audio/x-ms-wma', 'WMA', false],
  ['v.wmv', [...screen, '-c:v', 'wmv2'], 'SCREEN', 'video/x-ms-wmv', 'WMV2', false],
  ['a.aiff', voice, 'AUDIO', 'audio/aiff', 'PCM', false],
  ['a.au', [...voice, '-c:a', 'pcm_mulaw'], 'AUDIO', 'audio/basic', 'mu-law', false],
  ['a.gsm', voice, 'AUDIO', 'audio/x-gsm', 'GSM 6.10', false],
]

describe.skipIf(!has('ffmpeg'))('what ffmpeg writes (not where it is missing)', () => {
  test.for(rows)('%s', async ([name, args, kind, mediaType, codec, playable]) => {
    const source = counted(ffmpeg(name, ...args))
    const { durationSeconds, ...found } = await inspectRecording(source, 'renamed.txt')
    expect(found).toEqual({ kind, mediaType, codec, playable, usable: true, damage: null })
    expect(Math.abs((durationSeconds ?? 0) - SECONDS)).toBeLessThanOrEqual(SECONDS / 100)
    expect(source.reads).toBeLessThanOrEqual(8)
  })

  test('an MP3 behind a picture of its singer, and before the tag of old players', async () => {
    const tags = ['-metadata', 'title=x', '-write_id3v1', '1', '-id3v2_version', '3']
    const sound = ffmpeg('a.mp3', ...voice, '-b:a', '24k', ...tags)
    const tag = Buffer.alloc(10 + 3_000_000)
    tag.write('ID3\x03', 'latin1')
    for (const [at, shift] of [21, 14, 7, 0].entries()) tag[6 + at] = ((tag.length - 10) >> shift) & 0x7f
    const source = counted(Buffer.concat([tag, sound]))
    expect(await inspectRecording(source, 'a.mp3')).toMatchObject({
      codec: 'MP3',
      usable: true,
      damage: null,
    })
    expect((await inspectRecording(source, 'a.mp3')).durationSeconds).toBeCloseTo(SECONDS, 0)
    expect(source.reads).toBeLessThan(12)
  })

  test('an MP3 whose length is in the index that Fraunhofer’s encoder writes', async () => {
    const bare = ffmpeg('a.mp3', ...music, '-b:a', '64k', '-write_xing', '0', '-id3v2_version', '0')
    const index = Buffer.alloc(208)
    bare.copy(index, 0, 0, 4)
    index[2] = (index[2] ?? 0) & 0xfd
    index.write('VBRI', 36, 'latin1')
    index.writeUInt32BE(bare.length, 46)
    index.writeUInt32BE(1_000, 50)
    const found = await inspectRecording(counted(Buffer.concat([index, bare])), 'a.mp3')
    expect(found.durationSeconds).toBeCloseTo((1_000 * 1_152) / 44_100, 5)
  })
})

describe.skipIf(!has('sox'))('what sox writes (not where it is missing)', () => {
  const sox = (name: string, ...encoding: string[]) =>
    made(name, path =>
      execFileSync('sox', [
        '-n',
        '-r',
        '8000',
        '-c',
        '1',
        ...encoding,
        path,
        'synth',
        String(SECONDS),
        'sine',
        '300',
      ]),
    )

  test.each([
    ['gsm.wav', ['-e', 'gsm-full-rate'], 'GSM 6.10'],
    ['ima.wav', ['-e', 'ima-adpcm'], 'IMA ADPCM'],
    ['ms.wav', ['-e', 'ms-adpcm'], 'MS ADPCM'],
    ['alaw.wav', ['-e', 'a-law'], 'A-law'],
    ['pcm.wav', ['-b', '16'], 'PCM 16 bit'],
    ['amr.amr-nb', [], 'AMR-NB'],
  ])('%s', async (name, encoding, codec) => {
    const found = await inspectRecording(counted(sox(name, ...encoding)), name)
    expect(found).toMatchObject({ kind: 'AUDIO', codec, usable: true, damage: null })
    expect(Math.abs((found.durationSeconds ?? 0) - SECONDS)).toBeLessThanOrEqual(SECONDS / 100)
  })

  test('a WAV that was written into a pipe leaves its end open, which is no damage', async () => {
    const args = ['-n', '-r', '8000', '-c', '1', '-b', '16', '-t', 'wav', '-', 'synth', '5', 'sine', '300']
    const piped = execFileSync('sox', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    expect(await inspectRecording(counted(piped), 'a.wav')).toMatchObject({
      durationSeconds: 5,
      damage: null,
    })
  })
})
