import type { Server } from 'node:net'
import { StartFault } from './start-fault.ts'

/** A port that could not be had, said with the variable that names it. */
export class PortFault extends StartFault {
  override readonly name = 'PortFault'
}

/** Binds a port (0 picks a free one) and answers which; a busy one is said by name. */
export function listen(
  server: Server,
  address: { host: string; port: number; variable: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException) => reject(new PortFault(explain(cause, address), { cause }))
    server.once('error', refuse)
    server.listen(address.port, address.host, () => {
      server.off('error', refuse)
      const bound = server.address()
      resolve(typeof bound === 'object' && bound ? bound.port : address.port)
    })
  })
}

const foreign = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'])

/** What to do about a port, in words. */
export function explain(
  cause: NodeJS.ErrnoException,
  { host, port, variable }: { host: string; port: number; variable: string },
): string {
  if (cause.code === 'EADDRINUSE')
    return `Port ${port} on ${host} is in use: end what uses it, or set ${variable} to another port (0 picks a free one).`
  if (cause.code === 'EACCES') return `Port ${port} needs privileges: set ${variable} to one above 1023.`
  if (foreign.has(cause.code ?? ''))
    return `${host} is no address of this machine: set ${variable.replace('PORT', 'HOST')} to one that is.`
  return `Port ${port} on ${host} (${variable}) cannot be used: ${cause.message}`
}
