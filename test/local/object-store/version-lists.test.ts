import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Place } from './support.ts'
import { failure, places } from './support.ts'
import { versionsOf } from './versions.ts'

describe.each(places)('lists of versions on $name', ({ start }) => {
  let place: Place
  let at: ReturnType<typeof versionsOf>
  /** All there is, in the order of the list. */
  const all: string[] = []
  beforeAll(async () => {
    place = await start()
    at = versionsOf(place)
    const history = new Map<string, string[]>()
    const came = (key: string, id: string | undefined) => {
      history.set(key, [`${key} ${id}`, ...(history.get(key) ?? [])])
    }
    for (const key of ['a', 'a/b', 'ä', 'a<&>', 'x'.repeat(120), 'x'.repeat(1000)]) {
      await at.put(key, 'from before')
      came(key, 'null')
    }
    await at.set('Enabled')
    for (const key of ['a/b', 'a', 'a/b', 'x'.repeat(120), 'x'.repeat(1000), 'only marker'])
      came(key, key.startsWith('only') ? (await at.remove(key)).id : await at.put(key, 'b'))
    came('a/b', (await at.remove('a/b')).id)
    const keys = [...history.keys()].sort((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    )
    for (const key of keys) all.push(...(history.get(key) ?? []))
  })
  afterAll(async () => await place[Symbol.asyncDispose]())

  const listAll = async (input: { MaxKeys: number; Prefix?: string; KeyMarker?: string }) => {
    const found: string[] = []
    let after: object = {}
    for (;;) {
      const page = await at.list({ ...input, ...after })
      const entries = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
      expect(entries.length).toBeLessThanOrEqual(input.MaxKeys)
      found.push(...entries.map(({ Key, VersionId }) => `${Key} ${VersionId}`))
      if (!page.IsTruncated) return found
      after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    }
  }

  test('have every version and marker, by key and then newest first, one a page', async () => {
    expect(await listAll({ MaxKeys: 1 })).toEqual(all)
  })

  test.each([2, 3, 5, 1000])('lose and double nothing at %i a page', async MaxKeys => {
    expect((await listAll({ MaxKeys })).sort()).toEqual([...all].sort())
  })

  test('keep to a prefix, and begin behind a key with all its versions', async () => {
    expect(await listAll({ MaxKeys: 1, Prefix: 'a/' })).toEqual(all.filter(one => one.startsWith('a/')))
    expect(await listAll({ MaxKeys: 1, KeyMarker: 'a/b' })).toEqual(all.filter(one => !/^a(\/b)? /.test(one)))
    expect(await listAll({ MaxKeys: 1000, Prefix: 'nothing' })).toEqual([])
  })

  test('say which is the newest, and of a version what it holds', async () => {
    const { Versions = [], DeleteMarkers = [] } = await at.list({ Prefix: 'a' })
    const newest = [...Versions, ...DeleteMarkers].filter(({ IsLatest }) => IsLatest)
    expect(new Set(newest.map(({ Key }) => Key))).toEqual(new Set(['a', 'a/b', 'a<&>']))
    expect(Versions.find(({ Key }) => Key === 'a<&>')).toMatchObject({
      Size: 11,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      LastModified: expect.any(Date),
    })
  })

  test('refuse a version marker without its key, and may be empty', async () => {
    expect(await failure(at.list({ VersionIdMarker: 'null' }))).toBe('400 InvalidArgument')
    expect(await at.list({ MaxKeys: 0 })).toMatchObject({ IsTruncated: false })
  })

  test('go on behind a version that was deleted since the last page', async () => {
    const ids = []
    for (let n = 0; n < 5; n++) ids.unshift(await at.put('zapped', `by ${n}`))
    const seen: (string | undefined)[] = []
    let after: object = {}
    for (let more = true; more; ) {
      const page = await at.list({ Prefix: 'zapped', MaxKeys: 2, ...after })
      for (const { VersionId } of page.Versions ?? []) {
        seen.push(VersionId)
        await at.remove('zapped', VersionId)
      }
      more = page.IsTruncated === true
      after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    }
    expect(seen).toEqual(ids)
    expect(await at.history('zapped')).toEqual({ shown: [], latest: undefined })
  })
})
