import { Registry } from 'prom-client'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readinessOf } from '../../../core/operation/readiness.ts'
import { startStatusServer } from '../../../core/operation/status-server.ts'

const fine = async () => 'whatever'
const never = () => new Promise(() => {})

describe('readiness', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  test('is ready when each check is; what is wrong is named, and no more is told', async () => {
    expect(await readinessOf({ database: fine, port: fine }, false)).toEqual({
      ready: true,
      checks: { database: 'ok', port: 'ok' },
    })
    const broken = async () => {
      throw new Error('password authentication failed for user "nightdrop_app" at 10.0.0.5')
    }
    const throwing = () => {
      throw new Error('before there was a promise')
    }
    expect(await readinessOf({ database: broken, port: fine, throwing }, false)).toEqual({
      ready: false,
      checks: { database: 'failed', port: 'ok', throwing: 'failed' },
    })
    expect(await readinessOf({}, false)).toEqual({ ready: true, checks: {} })
  })

  test('a check that hangs is not ready after 3 s, and does not keep the others', async () => {
    vi.useFakeTimers()
    const answer = readinessOf({ database: () => never(), objectStore: fine }, false)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await answer).toEqual({
      ready: false,
      checks: { database: 'no answer within 3 s', objectStore: 'ok' },
    })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('checks that hang do not pile up, and are asked anew after a while', async () => {
    vi.useFakeTimers()
    const check = vi.fn(never)
    const poll = async (seconds: number) => {
      for (let i = 0; i < seconds; i += 5) {
        const answer = readinessOf({ check }, false)
        await vi.advanceTimersByTimeAsync(5_000)
        expect((await answer).ready).toBe(false)
      }
    }
    await poll(30)
    expect(check).toHaveBeenCalledTimes(1)
    await poll(30)
    expect(check).toHaveBeenCalledTimes(2)
    check.mockImplementation(fine)
    await vi.advanceTimersByTimeAsync(30_000)
    expect((await readinessOf({ check }, false)).ready).toBe(true)
  })

  test('a check is asked each time once it answers', async () => {
    const check = vi.fn(fine)
    await readinessOf({ check }, false)
    await readinessOf({ check }, false)
    expect(check).toHaveBeenCalledTimes(2)
  })

  test('while draining nothing is ready', async () => {
    expect(await readinessOf({ database: fine }, true)).toEqual({
      ready: false,
      checks: { database: 'ok', process: 'is ending' },
    })
  })
})

describe('the status server', () => {
  const start = (checks = { database: fine }) =>
    startStatusServer({
      host: '127.0.0.1',
      port: 0,
      variable: 'METRICS_PORT',
      registry: new Registry(),
      checks,
    })

  test('answers health, readiness, version and metrics, and nothing else', async () => {
    let up = true
    await using server = await start({
      database: async () => {
        if (!up) throw new Error('gone')
        return 'fine'
      },
    })
    const get = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init)
      return { status: response.status, body: await response.text() }
    }
    expect(await get('/healthz')).toEqual({ status: 200, body: '{"ok":true}\n' })
    expect(await get('/readyz?verbose')).toEqual({
      status: 200,
      body: '{"ready":true,"checks":{"database":"ok"}}\n',
    })
    const version = JSON.parse((await get('/version')).body)
    expect(version).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      commit: expect.any(String),
      runtime: `node ${process.versions.node}`,
      tzdata: expect.stringMatching(/^20\d\d[a-z]$/),
    })
    expect((await get('/metrics')).status).toBe(200)
    expect((await get('/healthz', { method: 'HEAD' })).status).toBe(200)
    for (const path of ['/', '/constructor', '/__proto__', '/healthz/', '/toString'])
      expect((await get(path)).status, path).toBe(404)
    expect((await get('/healthz', { method: 'POST', body: 'x' })).status).toBe(405)
    up = false
    expect(await get('/readyz')).toEqual({
      status: 503,
      body: '{"ready":false,"checks":{"database":"failed"}}\n',
    })
    expect((await get('/healthz')).status).toBe(200)
    up = true
    server.drain()
    expect((await get('/readyz')).status).toBe(503)
    expect((await get('/healthz')).status).toBe(200)
  })

  test('a busy port is said by its variable', async () => {
    await using server = await start()
    const second = startStatusServer({
      host: '127.0.0.1',
      port: server.port,
      variable: 'METRICS_PORT',
      registry: new Registry(),
      checks: {},
    })
    await expect(second).rejects.toThrow(
      `Port ${server.port} on 127.0.0.1 is in use: end what uses it, or set METRICS_PORT to another port`,
    )
  })
})
