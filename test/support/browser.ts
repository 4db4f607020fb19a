import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where Debian and Ubuntu put it; CHROMIUM names another. */
const program = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(path => path !== undefined && existsSync(path))

export const hasBrowser = program !== undefined

/** Without the graphics of a screen, and asking nobody on the network for anything but the pages. */
const quiet = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map(
  part => `--disable-${part}`,
)

/** Headless Chromium. As root it has no sandbox of its own. */
export async function openBrowser(): Promise<Browser> {
  if (program === undefined) throw new Error('no Chromium was found')
  return await chromium.launch({
    executablePath: program,
    args: ['--no-sandbox', '--no-first-run', ...quiet],
  })
}
