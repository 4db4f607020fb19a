import { isAllowed, plainAddress } from '../core/accounts/networks.ts'

/** What is written of a caller whose address nobody told. */
const UNKNOWN = 'unknown'

/**
 * Where a request comes from: the other end of its connection or, when that is one of our proxies, whoever it says it
 * forwards for. Proxies add to the right of X-Forwarded-For, and anyone may have begun it: so it is read from the
 * right, and the first address that is no proxy of ours is the caller.
 */
export function callerAddress(
  forwardedFor: string | null,
  connection: string | undefined,
  trustedProxies: readonly string[],
): string {
  const isProxy = (address: string) => trustedProxies.length > 0 && isAllowed(trustedProxies, address)
  let caller = plainAddress(connection ?? '') ?? UNKNOWN
  const hops = (forwardedFor ?? '').split(',').toReversed()
  for (const hop of hops) {
    if (!isProxy(caller)) break
    const address = plainAddress(withoutPort(hop.trim()))
    // What is written there is no address: whoever wrote it is as far as is known.
    if (!address) break
    caller = address
  }
  return caller
}

/** Some proxies write `203.0.113.7:51234` or `[2001:db8::7]:51234`. */
const withoutPort = (hop: string): string =>
  /^\[(.*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? hop
