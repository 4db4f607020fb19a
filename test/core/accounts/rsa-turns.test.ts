import { expect, test } from 'vitest'
import { createTurns } from '../../../core/accounts/private-key/rsa-turns.ts'

const work = () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  return { begun: false, resolve, reject, promise }
}
type Work = ReturnType<typeof work>
const settled = () => new Promise(resolve => setImmediate(resolve))

function room() {
  const turns = createTurns({ atOnce: 2, ofOne: 3, ofAll: 5 })
  const take = (owner: string, one: Work) =>
    turns.take(owner, () => {
      one.begun = true
      return one.promise
    })
  return { take }
}

test('so many at a time, the next one when one ends, whether well or badly', async () => {
  const { take } = room()
  const all = [work(), work(), work(), work()]
  const taken = all.map((one, n) => take(n < 2 ? 'a' : 'b', one))
  await settled()
  expect(all.map(one => one.begun)).toEqual([true, true, false, false])
  all[1]?.reject(new Error('no key'))
  await expect(taken[1]).rejects.toThrow('no key')
  expect(all.map(one => one.begun)).toEqual([true, true, true, false])
  for (const one of all) one.resolve('key')
  expect(await Promise.all([taken[0], taken[2], taken[3]])).toEqual(['key', 'key', 'key'])
})

test('too many of one owner, or of all, are LIMITED at once and make room for themselves again', async () => {
  const { take } = room()
  const limited = { code: 'LIMITED', retryAfterSeconds: expect.any(Number) as number }
  for (let round = 0; round < 2; round++) {
    const all = Array.from({ length: 5 }, work)
    const taken = all.map((one, n) => take(n < 3 ? 'a' : 'b', one))
    await expect(take('a', work())).rejects.toMatchObject(limited)
    await expect(take('b', work())).rejects.toMatchObject(limited)
    await expect(take('c', work())).rejects.toMatchObject(limited)
    for (const one of all) one.resolve('key')
    await Promise.all(taken)
  }
})
