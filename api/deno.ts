import process from 'node:process'
import { readConfig } from '../core/config/process-config.ts'
import { type Running, runProcess } from '../core/operation/run-process.ts'
import { composeApi } from './compose.ts'

/** The little of Deno's own that binding a port takes. */
declare const Deno: {
  serve(
    options: {
      hostname: string
      port: number
      signal: AbortSignal
      onListen: (address: { port: number }) => void
    },
    handler: (request: Request, info: { remoteAddr: { hostname?: string } }) => Promise<Response>,
  ): { finished: Promise<void>; shutdown(): Promise<void> }
}

async function startApi(): Promise<Running> {
  const config = readConfig('api', process.env)
  const api = await composeApi(config)
  const bound = Promise.withResolvers<number>()
  const late = new AbortController()
  const server = Deno.serve(
    {
      hostname: config.API_HOST,
      port: config.API_PORT,
      signal: late.signal,
      onListen: address => bound.resolve(address.port),
    },
    (request, { remoteAddr }) => api.handler(request, remoteAddr.hostname),
  )
  const url = `http://${config.API_HOST}:${await bound.promise}`
  api.answersAt(url)
  process.stdout.write(`api=${url}/graphql\n`)
  return {
    lost: api.lost,
    addresses: { api: `${url}/graphql` },
    async close() {
      api.drain()
      const timer = setTimeout(() => late.abort(), config.SHUTDOWN_SECONDS * 1_000)
      await server.shutdown()
      clearTimeout(timer)
      await api[Symbol.asyncDispose]()
    },
  }
}

await runProcess(startApi)
