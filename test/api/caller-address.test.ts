import { describe, expect, test } from 'vitest'
import { callerAddress } from '../../api/caller-address.ts'

const proxies = ['10.0.0.0/8', '2001:db8:aaaa::/48']

describe('without proxies that count, the connection says it', () => {
  test.each([
    ['203.0.113.9', null, '203.0.113.9'],
    ['::ffff:203.0.113.9', '192.0.2.1', '203.0.113.9'],
    ['10.0.0.1', '192.0.2.1', '10.0.0.1'],
    ['fe80::1%eth0', null, 'fe80::1'],
    [undefined, '192.0.2.1', 'unknown'],
  ])('%s, forwarded for %s', (connection, forwardedFor, address) => {
    expect(callerAddress(forwardedFor, connection, [])).toBe(address)
  })
})

describe('behind our proxies, the first address from the right that is none of them', () => {
  test.each([
    ['10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', '6.6.6.6, 192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', '6.6.6.6, 192.0.2.1, 10.9.9.9', '192.0.2.1'],
    ['::ffff:10.0.0.1', '::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:aaaa::5', '2001:DB8::7', '2001:db8::7'],
    ['10.0.0.1', '192.0.2.1:51234', '192.0.2.1'],
    ['10.0.0.1', '[2001:db8::7]:51234', '2001:db8::7'],
    ['10.0.0.1', '10.0.0.7, 10.0.0.8', '10.0.0.7'],
    ['10.0.0.1', null, '10.0.0.1'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.1', '192.0.2.1, who knows', '10.0.0.1'],
    ['10.0.0.1', '192.0.2.1, who knows, 10.0.0.9', '10.0.0.9'],
    ['10.0.0.1', '192.0.2.0/24', '10.0.0.1'],
  ])('%s, forwarded for %s', (connection, forwardedFor, address) => {
    expect(callerAddress(forwardedFor, connection, proxies)).toBe(address)
  })
})

test('a stranger who names a proxy’s address stays a stranger', () => {
  expect(callerAddress('10.0.0.1', '203.0.113.9', proxies)).toBe('203.0.113.9')
})
