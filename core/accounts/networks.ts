import { BlockList, isIP } from 'node:net'
import { badInput, type FieldFault } from '../refusal.ts'

/** CIDR blocks, or single addresses, as they are kept: trimmed, each with its prefix. Throws BAD_INPUT naming each that is none. */
export function readNetworks(networks: readonly string[]): string[] {
  const faults: FieldFault[] = []
  const read = networks.map((network, position) => {
    const block = parseNetwork(network.trim())
    if (!block)
      faults.push({
        path: ['networks', String(position)],
        message: `"${network}" is no network: write it as 203.0.113.0/24, 203.0.113.7 or 2001:db8::/32.`,
      })
    return block ? `${block.address}/${block.prefix}` : network
  })
  if (faults.length > 0) throw badInput(faults)
  return read
}

/** Whether an address lies in one of the networks; an empty list means any. IPv4 in IPv6 clothes counts as IPv4. */
export function isAllowed(networks: readonly string[], address: string): boolean {
  if (networks.length === 0) return true
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  const list = new BlockList()
  for (const network of networks) {
    const block = parseNetwork(network)
    if (block) list.addSubnet(block.address, block.prefix, block.family)
  }
  const family = isIP(plain)
  return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4')
}

function parseNetwork(text: string) {
  const [address = '', prefixText, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return undefined
  const most = family === 4 ? 32 : 128
  if (prefixText === undefined) return block(address, most, family)
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : -1
  return prefix >= 0 && prefix <= most ? block(address, prefix, family) : undefined
}

const block = (address: string, prefix: number, family: number) => ({
  address,
  prefix,
  family: family === 4 ? ('ipv4' as const) : ('ipv6' as const),
})
