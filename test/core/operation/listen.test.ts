import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { explain, listen, PortFault } from '../../../core/operation/listen.ts'

const at = (host: string, port: number) => ({ host, port, variable: 'API_PORT' })

test('port 0 picks a free one and answers which', async () => {
  const server = createServer()
  const port = await listen(server, at('127.0.0.1', 0))
  expect(port).toBeGreaterThan(1_023)
  const second = createServer()
  await expect(listen(second, at('127.0.0.1', port))).rejects.toEqual(
    expect.objectContaining({
      constructor: PortFault,
      message: `Port ${port} on 127.0.0.1 is in use: end what uses it, or set API_PORT to another port (0 picks a free one).`,
    }),
  )
  // Refused once, it can be tried again elsewhere.
  expect(await listen(second, at('127.0.0.1', 0))).not.toBe(port)
  server.close()
  second.close()
})

test.each(['203.0.113.9', '2001:db8::9', 'no-such-host.invalid'])(
  '%s is no address of this machine: the variable of the host is named',
  async host => {
    await expect(listen(createServer(), at(host, 0))).rejects.toThrow(
      `${host} is no address of this machine: set API_HOST to one that is.`,
    )
  },
)

test('what needs privileges, and what nobody thought of, is said by name', () => {
  const cause = (code: string) => Object.assign(new Error(`listen ${code}`), { code })
  expect(explain(cause('EACCES'), at('0.0.0.0', 22))).toBe(
    'Port 22 needs privileges: set API_PORT to one above 1023.',
  )
  expect(explain(cause('EWEIRD'), at('0.0.0.0', 22))).toBe(
    'Port 22 on 0.0.0.0 (API_PORT) cannot be used: listen EWEIRD',
  )
})
