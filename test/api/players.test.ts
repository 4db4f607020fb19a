import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eq } from 'drizzle-orm'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApi } from '../../api/node-process.ts'
import type { Running } from '../../core/operation/run-process.ts'
import { tables } from '../../db/db.ts'
import { chance, gsmWave, imaWave, msWave } from '../core/recordings/media/coded-waves.ts'
import { ffmpeg, has, picture, tone } from '../core/recordings/media/tools.ts'
import { samples, wave } from '../core/recordings/media/waves.ts'
import { hasBrowser, openBrowser } from '../support/browser.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'
import { playable } from './playable.ts'

const SECONDS = 40

/** What a player saw of one recording. */
interface Seen {
  duration: number
  /** Right after the seek, and a while later. */
  from: number
  to: number
}

let room: ApiRoom
let api: Running
let frontend: Server
let browser: Browser
let page: Page
let tenantId: string

async function servePage(): Promise<Server> {
  // The strictest page there is takes from other origins only what says that it may be taken.
  const headers = { 'content-type': 'text/html', 'cross-origin-embedder-policy': 'require-corp' }
  const server = createServer((_, response) => {
    response.writeHead(200, headers).end('<!doctype html><title>frontend</title>')
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return server
}

/** In the page: plays an address, goes to the second half, and looks whether it goes on from there. */
async function watch({
  url,
  tag,
  cors,
}: {
  url: string
  tag: 'audio' | 'video'
  cors: boolean
}): Promise<Seen> {
  const player = document.createElement(tag)
  const happens = (name: string) =>
    new Promise<void>((resolve, reject) => {
      player.addEventListener(name, () => resolve(), { once: true })
      player.addEventListener('error', () => reject(new Error(`cannot play: ${player.error?.message}`)), {
        once: true,
      })
    })
  player.muted = true
  if (cors) player.crossOrigin = 'anonymous'
  const known = happens('loadedmetadata')
  player.src = url
  document.body.append(player)
  await known
  await player.play()
  const there = happens('seeked')
  player.currentTime = player.duration * 0.7
  await there
  const from = player.currentTime
  while (player.currentTime < from + 0.3) await new Promise(resolve => setTimeout(resolve, 20))
  const seen = { duration: player.duration, from, to: player.currentTime }
  player.remove()
  return seen
}

async function addressOf(path: string, bytes: Buffer) {
  const { link, recordingId } = await playable(room, tenantId, path, bytes)
  return { url: link().replace('http://api.test', new URL(api.addresses['api'] ?? '').origin), recordingId }
}

/** Plays a recording on the frontend's page and says how often it was put on record. */
async function play(path: string, bytes: Buffer, tag: 'audio' | 'video' = 'audio', cors = false) {
  const { url, recordingId } = await addressOf(path, bytes)
  const seen = await page.evaluate(watch, { url, tag, cors })
  const listened = await room.database.asTenant(tenantId, tx =>
    tx.select().from(tables.playbacks).where(eq(tables.playbacks.recordingId, recordingId)),
  )
  return { ...seen, times: listened.length }
}

const expectPlayed = ({ duration, from, to, times }: Awaited<ReturnType<typeof play>>, seconds = SECONDS) => {
  expect(Math.abs(duration - seconds)).toBeLessThanOrEqual(seconds * 0.05)
  expect(from).toBeGreaterThanOrEqual(seconds / 2)
  expect(to).toBeGreaterThan(from)
  expect(times).toBe(1)
}

describe.skipIf(!hasBrowser)(
  'a player in Chromium, on a page of another origin (not where it is missing)',
  () => {
    beforeAll(async () => {
      room = await openApiRoom()
      api = await startApi(room.config, room.overrides)
      tenantId = (await room.tenant('Players')).tenantId
      frontend = await servePage()
      browser = await openBrowser()
      page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${(frontend.address() as AddressInfo).port}/`)
    })
    afterAll(async () => {
      await browser?.close()
      frontend?.close()
      await api?.close()
      await room?.[Symbol.asyncDispose]()
    })

    const sound = samples(8_000 * SECONDS)
    test.each([
      ['PCM WAV', wave({ data: sound }), SECONDS],
      ['PCM WAV whose recorder fell', wave({ data: sound, promised: 0 }), SECONDS],
      ['PCM WAV that was cut', wave({ data: sound, promised: sound.length * 2 }), SECONDS],
      ['A-law WAV', wave({ format: 6, bits: 8, data: chance(8_000 * SECONDS) }), SECONDS],
      ['GSM WAV', gsmWave(25 * SECONDS).bytes, SECONDS],
      ['IMA ADPCM WAV', imaWave(2, 1_024, 400).bytes, (400 * 1_017) / 8_000],
      ['MS ADPCM WAV', msWave(1, 256, 700).bytes, (700 * 500) / 8_000],
    ])('plays and seeks %s', async (name, bytes, seconds) => {
      expectPlayed(await play(`/${name}.wav`, bytes), seconds)
    })

    test('also when the page asks for it with CORS', async () => {
      expectPlayed(await play('/cors.wav', wave({ data: sound }), 'audio', true))
    })

    test('and a tab that opens the link by itself plays it when told to', async () => {
      const { url } = await addressOf('/tab.wav', wave({ data: sound }))
      const tab = await browser.newPage()
      await tab.goto(url)
      const player = tab.locator('video')
      const known = () => player.evaluate((video: HTMLVideoElement) => video.duration)
      await expect.poll(known, { timeout: 5_000 }).toBe(SECONDS)
      await tab.keyboard.press('Space')
      const played = () => player.evaluate((video: HTMLVideoElement) => video.currentTime)
      await expect.poll(played, { timeout: 5_000 }).toBeGreaterThan(0.2)
      await tab.close()
    })

    const voice = tone(SECONDS)
    const screen = picture(SECONDS)
    const rows: [name: string, args: string[], tag: 'audio' | 'video'][] = [
      ['a.mp3', [...voice, '-b:a', '24k'], 'audio'],
      ['in-wav.wav', [...voice, '-c:a', 'libmp3lame', '-b:a', '24k'], 'audio'],
      ['opus.ogg', [...voice, '-c:a', 'libopus'], 'audio'],
      ['bare.gsm', voice, 'audio'],
      ['screen.webm', [...screen, ...voice, '-c:v', 'libvpx', '-deadline', 'realtime'], 'video'],
      ['screen.mp4', [...screen, '-c:v', 'libx264', '-pix_fmt', 'yuv420p'], 'video'],
    ]
    test.skipIf(!has('ffmpeg')).for(rows)(
      'plays and seeks %s of ffmpeg (not where that is missing)',
      async ([name, args, tag]) => {
        expectPlayed(await play(`/${name}`, ffmpeg(name, ...args), tag))
      },
    )

    test('is told that what holds no sound cannot be played', async () => {
      await expect(play('/page.wav', Buffer.from('no sound'))).rejects.toThrow('cannot play')
    })
  },
)
