import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeListener } from '../../api/node-listener.ts'
import { hasBrowser, openBrowser } from '../support/browser.ts'
import { openClaimRoom } from './claim-room.ts'

describe.skipIf(!hasBrowser)('the claim page in a browser (skipped where Chromium is missing)', () => {
  let room: Awaited<ReturnType<typeof openClaimRoom>>
  let server: Server
  let browser: Browser
  let origin: string
  beforeAll(async () => {
    room = await openClaimRoom()
    server = createServer(nodeListener(room.handler, () => {})).listen(0, '127.0.0.1')
    await once(server, 'listening')
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    server?.closeAllConnections()
    server?.close()
    await room?.[Symbol.asyncDispose]()
  })

  /** A page whose complaints, such as of the content policy, fail the test. */
  async function visit(path: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ javaScriptEnabled: false, ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', message => complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(error.message))
    await page.goto(origin + path)
    return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
  }

  const fitsAcross = (page: Page, width: number) =>
    page
      .locator('body')
      .evaluate((body, wide) => body.ownerDocument.documentElement.scrollWidth <= wide, width)

  test('without a script: choose, press, download, and what is downloaded is the key', async () => {
    const { path, account } = await room.keyLink()
    await using visited = await visit(path)
    const { page, complaints } = visited
    await page.getByLabel('PEM').check()
    expect(await page.locator('.note').isVisible()).toBe(true)
    await page.getByLabel('RSA, 4096 bits').check()
    expect(await page.locator('.note').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Make my key and show it' }).click()
    await page.getByRole('heading', { name: 'Your key' }).waitFor()
    const shown = await page.getByLabel('Private key').textContent()
    const started = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download' }).click()
    const download = await started
    expect(download.suggestedFilename()).toBe(`nightdrop-${account.username}.pem`)
    const file = await readFile(await download.path(), 'utf8')
    expect(file).toBe(shown)
    const parsed = ssh2.utils.parseKey(file)
    if (parsed instanceof Error) throw parsed
    expect(parsed.type).toBe('ssh-rsa')
    expect(complaints).toEqual([])
  })

  test('one click on the key selects the whole of it', async () => {
    const { path } = await room.keyLink()
    await using visited = await visit(path, { javaScriptEnabled: true })
    const { page } = visited
    await page.getByRole('button').click()
    const key = page.getByLabel('Private key')
    await key.click()
    const selected = await key.evaluate(element => String(element.ownerDocument.getSelection()))
    expect(selected.trim()).toBe((await key.textContent())?.trim())
  })

  test('opened, reloaded and left, it waits; pressed and gone back to, it is dead', async () => {
    const { path } = await room.keyLink()
    await using visited = await visit(path)
    const { page } = visited
    await page.reload()
    await page.goto(`${origin}/healthz`)
    await page.goBack()
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Your key' }).waitFor()
    await page.goto(origin + path)
    await page.getByRole('heading', { name: 'not valid, or not any more' }).waitFor()
  })

  test('a page of ours does not show in a frame', async () => {
    const { path } = await room.keyLink()
    const context = await browser.newContext()
    const page = await context.newPage()
    const answered = page.waitForResponse(origin + path)
    await page.setContent(`<iframe src="${origin}${path}"></iframe>`)
    expect((await answered).status()).toBe(200)
    await page.waitForTimeout(200)
    expect(page.frames().some(frame => frame.url().startsWith(origin))).toBe(false)
    await context.close()
  })

  test.each([
    ['a telephone', { width: 360, height: 740 }],
    ['a desk', { width: 1280, height: 900 }],
  ])('fits the width of %s, with the key and without', async (_, viewport) => {
    const { path } = await room.keyLink()
    await using visited = await visit(path, { viewport, javaScriptEnabled: true })
    const { page } = visited
    expect(await fitsAcross(page, viewport.width)).toBe(true)
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Your key' }).waitFor()
    expect(await fitsAcross(page, viewport.width)).toBe(true)
  })

  test('can be used by the keyboard alone', async () => {
    const { path } = await room.keyLink()
    await using visited = await visit(path)
    const { page } = visited
    for (const key of ['Tab', 'ArrowDown', 'Tab', 'Tab', 'Enter']) await page.keyboard.press(key)
    await page.getByRole('heading', { name: 'Your key' }).waitFor()
  })
})
