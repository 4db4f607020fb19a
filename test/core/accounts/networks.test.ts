import { expect, test } from 'vitest'
import { isAllowed, readNetworks } from '../../../core/accounts/networks.ts'
import { Refusal } from '../../../core/refusal.ts'

test.each([
  ['203.0.113.0/24', '203.0.113.255', true],
  ['203.0.113.0/24', '203.0.114.0', false],
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['203.0.113.0/25', '203.0.113.128', false],
  ['203.0.113.77/32', '203.0.113.76', false],
  ['0.0.0.0/0', '198.51.100.1', true],
  ['0.0.0.0/0', '::ffff:198.51.100.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['::/0', '2001:db8::1', true],
  ['::/0', '198.51.100.1', false],
  ['::/0', '::ffff:198.51.100.1', false],
  ['2001:db8::/32', '2001:DB8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['2001:db8::1', '2001:db8:0:0:0:0:0:1', true],
  ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['10.0.0.0/8', '::FFFF:a01:203', true],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '11.1.2.3', false],
  ['10.0.0.0/8', 'unknown', false],
  ['10.0.0.0/8', '', false],
])('%s and a client from %s', (network, address, allowed) => {
  expect(isAllowed(readNetworks([network]), address)).toBe(allowed)
})

test('no network means any', () => {
  expect(isAllowed([], '198.51.100.1')).toBe(true)
  expect(isAllowed(readNetworks([]), 'unknown')).toBe(true)
})

test('any of several lets in', () => {
  const networks = readNetworks([' 10.0.0.0/8 ', '2001:db8::/32', '203.0.113.7'])
  expect(networks).toEqual(['10.0.0.0/8', '2001:db8::/32', '203.0.113.7/32'])
  expect(
    ['10.9.9.9', '2001:db8::5', '203.0.113.7', '203.0.113.8'].map(each => isAllowed(networks, each)),
  ).toEqual([true, true, true, false])
})

test('a network is kept in its short form, once', () => {
  expect(
    readNetworks([
      '2001:0DB8:0:0::/32',
      '2001:db8::/32',
      '::FFFF:10.0.0.0/104',
      '10.0.0.0/8',
      '0.0.0.0/0',
      '::/0',
    ]),
  ).toEqual(['2001:db8::/32', '10.0.0.0/8', '0.0.0.0/0', '::/0'])
})

test.each([
  ['203.0.113.77/25', '203.0.113.0/25', '203.0.113.77/32'],
  ['10.1.2.3/8', '10.0.0.0/8', '10.1.2.3/32'],
  ['198.51.100.1/0', '0.0.0.0/0', '198.51.100.1/32'],
  ['203.0.113.7/31', '203.0.113.6/31', '203.0.113.7/32'],
  ['2001:db8::1/32', '2001:db8::/32', '2001:db8::1/128'],
  ['2001:db8:1:2:3:4:5:6/61', '2001:db8:1::/61', '2001:db8:1:2:3:4:5:6/128'],
  ['::1/0', '::/0', '::1/128'],
  ['::ffff:10.1.0.0/104', '10.0.0.0/8', '10.1.0.0/32'],
  ['::1.2.3.4/120', '::1.2.3.0/120', '::1.2.3.4/128'],
  ['::ffff:0:0/95', '::fffe:0:0/95', '::ffff:0.0.0.0/128'],
])('%s may mean the block or the one address, and both are offered', (given, block, one) => {
  const words = `write ${block} to allow all of it, or ${one} for this address alone.`
  expect(() => readNetworks(['10.0.0.0/8', given])).toThrow(
    expect.objectContaining({
      code: 'BAD_INPUT',
      fields: [{ path: ['networks', '1'], message: expect.stringContaining(words) }],
    }),
  )
})

test('one that was kept with host bits goes on letting its block in', () => {
  expect(isAllowed(['203.0.113.77/25'], '203.0.113.1')).toBe(true)
})

test('each that is no network is named', () => {
  const junk = [
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '010.1.0.0',
    '10.0.0',
    '1e1.0.0.0',
    '::1/129',
    'fe80::1%eth0/64',
    '',
    'example.com',
    '10.0.0.1-10.0.0.9',
    '10.0.0.0/255.0.0.0',
    '::ffff:10.0.0.0/130',
    '0x0a.0.0.0/8',
    '10.0.0.0 /8',
    '10.0.0.0/８',
    '[2001:db8::]/32',
    '*',
  ]
  const read = () => readNetworks(['10.0.0.0/8', ...junk])
  expect(read).toThrow(Refusal)
  expect(read).toThrow(
    expect.objectContaining({
      code: 'BAD_INPUT',
      fields: junk.map((each, index) => ({
        path: ['networks', String(index + 1)],
        message: expect.stringContaining(`"${each}" is no network`),
      })),
    }),
  )
})

test('a list that is too long is refused', () => {
  expect(() => readNetworks(Array.from({ length: 201 }, () => '10.0.0.1'))).toThrow('At most 200')
})
