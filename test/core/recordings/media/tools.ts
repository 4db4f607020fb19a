import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What is not on every machine: a test that wants one says so in its name and is skipped without it. */
export const has = (program: 'sox' | 'ffmpeg') => spawnSync(program, ['-version']).error === undefined

export const ffmpeg = (name: string, ...args: string[]): Buffer =>
  made(name, path => execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, path]))

/** A file that a program wrote, given the files that it reads. */
export function made(
  name: string,
  run: (path: string, folder: string) => void,
  given: Record<string, Buffer> = {},
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'nightdrop-media-'))
  try {
    for (const [file, bytes] of Object.entries(given)) writeFileSync(join(folder, file), bytes)
    run(join(folder, name), folder)
    return readFileSync(join(folder, name))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A voice-like tone: what a codec for speech takes as it is. */
export const tone = (seconds: number, rate = 8_000) => [
  '-f',
  'lavfi',
  '-i',
  `sine=frequency=300:beep_factor=4:sample_rate=${rate}:duration=${seconds}`,
]

export const picture = (seconds: number) => [
  '-f',
  'lavfi',
  '-i',
  `testsrc=size=160x120:rate=10:duration=${seconds}`,
]
