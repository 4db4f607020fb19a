import { BlockList, isIP, SocketAddress } from 'node:net'
import { badInput, type FieldFault } from '../refusal.ts'

const MOST = 200

/**
 * CIDR blocks, or single addresses, as they are kept: in their short form, each once and with its prefix. Throws
 * BAD_INPUT naming each that is none.
 */
export function readNetworks(networks: readonly string[]): string[] {
  if (networks.length > MOST) throw badInput([{ path: ['networks'], message: `At most ${MOST} networks.` }])
  const faults: FieldFault[] = []
  const read = new Set<string>()
  for (const [position, network] of networks.entries()) {
    const block = parseNetwork(network.trim())
    const message = block ? hostBitsFault(block) : noNetwork(network)
    if (message) faults.push({ path: ['networks', String(position)], message })
    else if (block) read.add(`${block.address}/${block.prefix}`)
  }
  if (faults.length > 0) throw badInput(faults)
  return [...read]
}

const noNetwork = (network: string) =>
  `"${network.slice(0, 64)}" is no network: write it as 203.0.113.0/24, 203.0.113.7 or 2001:db8::/32.`

/** An address with a prefix that it does not begin: the whole block may be meant, or the one machine. Asked, not guessed. */
function hostBitsFault({ address, prefix, family }: Network): string | undefined {
  const first = firstOf({ address, prefix, family })
  if (first === address) return undefined
  const whole = family === 'ipv4' ? 32 : 128
  return `${address}/${prefix} lies within a network: write ${first}/${prefix} to allow all of it, or ${address}/${whole} for this address alone.`
}

/** The address that a network begins with, as it is written for short. */
function firstOf({ address, prefix, family }: Network): string {
  const [width, base, groups] = family === 'ipv4' ? [8, 10, address.split('.')] : [16, 16, groupsOf(address)]
  const masked = groups.map((group, at) => {
    const kept = Math.min(Math.max(prefix - at * width, 0), width)
    const value = Number.parseInt(group, base)
    return (value - (value % 2 ** (width - kept))).toString(base)
  })
  if (family === 'ipv4') return masked.join('.')
  return new SocketAddress({ address: masked.join(':'), family }).address
}

/** The eight groups of an IPv6 address; the end may be written as IPv4. */
function groupsOf(address: string): string[] {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map(part => part.toString(16)).join(':'),
  )
  const [head = '', tail] = plain.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return tail === undefined ? before : [...before, ...gap, ...after]
}

/**
 * Whether an address lies in one of the networks; an empty list means any. IPv4 in IPv6 clothes counts as IPv4, and
 * no network of the one family lets the other in, not even `::/0`.
 */
export function isAllowed(networks: readonly string[], address: string): boolean {
  if (networks.length === 0) return true
  const from = parseNetwork(address)
  if (!from) return false
  const list = new BlockList()
  for (const network of networks) {
    const block = parseNetwork(network)
    if (block?.family === from.family) list.addSubnet(block.address, block.prefix, block.family)
  }
  return list.check(from.address, from.family)
}

/** A lone address as it is written down, IPv4 in IPv6 clothes as IPv4; undefined when it is none. */
export function plainAddress(text: string): string | undefined {
  // A zone, as in fe80::1%eth0, is this machine's own affair.
  const named = text.replace(/%.*$/, '')
  return named.includes('/') ? undefined : parseNetwork(named)?.address
}

interface Network {
  address: string
  prefix: number
  family: 'ipv4' | 'ipv6'
}

function parseNetwork(text: string): Network | undefined {
  const [given = '', prefixText, ...rest] = text.split('/')
  const family = isIP(given)
  // A zone, as in fe80::1%eth0, is this machine's own affair.
  if (family === 0 || given.includes('%') || rest.length > 0) return undefined
  const most = family === 4 ? 32 : 128
  const prefix = prefixText === undefined ? most : readPrefix(prefixText)
  if (prefix > most) return undefined
  if (family === 4) return { address: given, prefix, family: 'ipv4' }
  const address = new SocketAddress({ address: given, family: 'ipv6' }).address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1]
  if (mapped && prefix >= 96) return { address: mapped, prefix: prefix - 96, family: 'ipv4' }
  return { address, prefix, family: 'ipv6' }
}

const readPrefix = (text: string) =>
  /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY
