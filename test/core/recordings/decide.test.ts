import { describe, expect, test } from 'vitest'
import { decide, type NamedContact, type Standing } from '../../../core/recordings/decide.ts'
import { recordingShelves } from '../../../core/recordings/name-fit.ts'
import { recordingKey } from '../../../core/recordings/recording-names.ts'

const named = (audio: string | null, screen: string | null = null, guarded = false): NamedContact => {
  const keyOf = (name: string | null) => (name === null ? null : recordingKey(name))
  return {
    names: { AUDIO: audio, SCREEN: screen },
    keys: { AUDIO: keyOf(audio), SCREEN: keyOf(screen) },
    guarded,
  }
}

const stands = (fileId: string, more: Partial<Standing> = {}): Standing => ({
  fileId,
  state: 'LINKED',
  how: 'NAME',
  slot: 'AUDIO',
  decidedAt: null,
  ...more,
})

const byHand = (fileId: string, more: Partial<Standing> = {}) =>
  stands(fileId, { how: 'HAND', decidedAt: 1, ...more })

const screens = /\.(mp4|webm)$/
const decided = (contact: NamedContact, paths: string[], standing: Standing[] = []) => {
  const files = paths.map(path => ({
    id: path,
    path,
    kind: screens.test(path) ? ('SCREEN' as const) : ('AUDIO' as const),
  }))
  const shelves = recordingShelves()
  shelves.add(files)
  const { links, state } = decide(contact, shelves, standing)
  const lines = [...links].map(([id, link]) => `${id} ${link.state} ${link.slot} ${link.how}`)
  return [state, ...lines.sort()]
}

test('nothing named, nothing there', () => {
  expect(decided(named(null), ['/a.wav'])).toEqual(['NONE_NAMED'])
  expect(decided(named('a.wav'), ['/b.wav'])).toEqual(['MISSING'])
})

test('one that answers is linked, also when its kind is another', () => {
  expect(decided(named('a.wav'), ['/a.wav'])).toEqual(['LINKED', '/a.wav LINKED AUDIO NAME'])
  expect(decided(named('a'), ['/a.mp4'])).toEqual(['LINKED', '/a.mp4 LINKED AUDIO STEM'])
})

test('of several the only one whose kind fits the slot, else none', () => {
  expect(decided(named('a'), ['/a.wav', '/a.mp4'])).toEqual(['LINKED', '/a.wav LINKED AUDIO STEM'])
  expect(decided(named(null, 'a'), ['/a.wav', '/a.mp4'])).toEqual(['LINKED', '/a.mp4 LINKED SCREEN STEM'])
  expect(decided(named('a'), ['/a.mp4', '/a.mp3', '/x/a.wav'])).toEqual([
    'AMBIGUOUS',
    '/a.mp3 CANDIDATE AUDIO STEM',
    '/a.mp4 CANDIDATE AUDIO STEM',
    '/x/a.wav CANDIDATE AUDIO STEM',
  ])
})

describe('two names', () => {
  test('each finds its own; while one is missing the other is not taken for it', () => {
    const both = named('a.wav', 'a.mp4')
    expect(decided(both, ['/a.wav'])).toEqual(['MISSING', '/a.wav LINKED AUDIO NAME'])
    expect(decided(both, ['/a.wav', '/a.mp4'])).toEqual([
      'LINKED',
      '/a.mp4 LINKED SCREEN NAME',
      '/a.wav LINKED AUDIO NAME',
    ])
    expect(decided(both, ['/a.mp3', '/a.webm'])).toEqual([
      'LINKED',
      '/a.mp3 LINKED AUDIO STEM',
      '/a.webm LINKED SCREEN STEM',
    ])
  })

  test('the same name twice may mean one file', () => {
    expect(decided(named('a', 'a'), ['/a.mp4'])).toEqual(['LINKED', '/a.mp4 LINKED AUDIO STEM'])
    expect(decided(named('a', 'a'), ['/a.mp4', '/a.wav'])).toEqual([
      'LINKED',
      '/a.mp4 LINKED SCREEN STEM',
      '/a.wav LINKED AUDIO STEM',
    ])
  })

  test('what is ambiguous outweighs what is missing, and that what is linked', () => {
    expect(decided(named('a.wav', 'b.mp4'), ['/a.wav'])[0]).toBe('MISSING')
    expect(decided(named('a.wav', 'b.mp4'), ['/x/a.wav', '/y/a.wav'])[0]).toBe('AMBIGUOUS')
    expect(decided(named('a.wav', 'b.mp4'), ['/x/a.wav', '/y/a.wav', '/b.mp4'])[0]).toBe('AMBIGUOUS')
  })
})

describe('a person’s word', () => {
  const several = ['/x/a.wav', '/y/a.wav']

  test('what is linked by hand settles its slot, whatever is named', () => {
    expect(decided(named('a.wav'), several, [byHand('/y/a.wav')])).toEqual([
      'LINKED',
      '/y/a.wav LINKED AUDIO HAND',
    ])
    expect(decided(named('a.wav'), ['/a.wav', '/z.wav'], [byHand('/z.wav')])).toEqual([
      'LINKED',
      '/z.wav LINKED AUDIO HAND',
    ])
    expect(decided(named(null), ['/z.wav'], [byHand('/z.wav')])[0]).toBe('LINKED')
    expect(decided(named('a.wav', 'b.mp4'), several, [byHand('/y/a.wav')])[0], 'the other slot').toBe(
      'MISSING',
    )
  })

  test('what is rejected is not there', () => {
    const rejected = byHand('/y/a.wav', { state: 'REJECTED' })
    expect(decided(named('a.wav'), several, [rejected])).toEqual(['LINKED', '/x/a.wav LINKED AUDIO NAME'])
    expect(decided(named('a.wav'), ['/y/a.wav'], [rejected])).toEqual(['MISSING'])
    expect(decided(named('y/a.wav'), several, [rejected]), 'the next best answers then').toEqual([
      'LINKED',
      '/x/a.wav LINKED AUDIO NAME',
    ])
  })

  test('about several versions of a file the last word counts', () => {
    const linked = byHand('/y/a.wav', { decidedAt: 2 })
    const rejected = (decidedAt: number) => byHand('/y/a.wav', { state: 'REJECTED', decidedAt })
    expect(decided(named('a.wav'), several, [linked, rejected(1)])[1]).toContain('/y/a.wav LINKED')
    expect(decided(named('a.wav'), several, [linked, rejected(3)])[1]).toContain('/x/a.wav LINKED')
  })
})

describe('evaluated or held', () => {
  const guarded = named('a.wav', null, true)

  test('what it has stays, whatever comes', () => {
    expect(decided(guarded, ['/x/a.wav', '/y/a.wav'], [stands('/x/a.wav')])).toEqual([
      'LINKED',
      '/x/a.wav LINKED AUDIO NAME',
    ])
    expect(decided(guarded, ['/called-otherwise.wav'], [stands('/called-otherwise.wav')])).toEqual([
      'LINKED',
      '/called-otherwise.wav LINKED AUDIO NAME',
    ])
  })

  test('what it lacks it may get', () => {
    expect(decided(guarded, ['/a.wav'])).toEqual(['LINKED', '/a.wav LINKED AUDIO NAME'])
  })

  test('one that fits better than what it has comes to it as well', () => {
    const screen = stands('/a.mp4', { how: 'STEM' })
    const both = ['LINKED', '/a.mp4 LINKED AUDIO STEM', '/a.wav LINKED AUDIO NAME']
    expect(decided(guarded, ['/a.mp4', '/a.wav'], [screen])).toEqual(both)
    const moved = stands('/moved.mp4', { how: 'STEM' })
    expect(decided(guarded, ['/moved.mp4', '/a.wav'], [moved])).toEqual([
      'LINKED',
      '/a.wav LINKED AUDIO NAME',
      '/moved.mp4 LINKED AUDIO STEM',
    ])
    expect(decided(named('a', null, true), ['/a.mp4', '/a.wav'], [screen]), 'by its kind').toEqual([
      'LINKED',
      '/a.mp4 LINKED AUDIO STEM',
      '/a.wav LINKED AUDIO STEM',
    ])
    const audio = stands('/a.wav')
    expect(decided(guarded, ['/a.mp4', '/a.wav'], [screen, audio]), 'and stays').toEqual(both)
  })

  test('nor does one that is called otherwise by now keep away the one that is named', () => {
    const moved = ['LINKED', '/a.wav LINKED AUDIO NAME', '/moved.wav LINKED AUDIO NAME']
    expect(decided(guarded, ['/moved.wav', '/a.wav'], [stands('/moved.wav')])).toEqual(moved)
    const path = stands('/moved.wav', { how: 'PATH' })
    expect(decided(named('x/a.wav', null, true), ['/moved.wav', '/y/a.mp3'], [path])).toEqual([
      'LINKED',
      '/moved.wav LINKED AUDIO PATH',
      '/y/a.mp3 LINKED AUDIO STEM',
    ])
    const renamed = named('b.wav', null, true)
    expect(decided(renamed, ['/a.wav', '/b.wav'], [stands('/a.wav')]), 'by its contact').toEqual([
      'LINKED',
      '/a.wav LINKED AUDIO NAME',
      '/b.wav LINKED AUDIO NAME',
    ])
  })

  test('what fits no better does not, nor one of several', () => {
    const screen = stands('/a.mp4', { how: 'STEM' })
    const only = ['LINKED', '/a.mp4 LINKED AUDIO STEM']
    expect(decided(guarded, ['/a.mp4', '/x/a.wav', '/y/a.wav'], [screen])).toEqual(only)
    expect(decided(named('x/a.wav', null, true), ['/x/a.wav', '/a.wav'], [stands('/x/a.wav')])).toEqual([
      'LINKED',
      '/x/a.wav LINKED AUDIO NAME',
    ])
    const rejected = byHand('/a.wav', { state: 'REJECTED' })
    expect(decided(guarded, ['/a.mp4', '/a.wav'], [screen, rejected])).toEqual(only)
    const word = byHand('/a.mp4')
    expect(decided(guarded, ['/a.mp4', '/a.wav'], [word])).toEqual(['LINKED', '/a.mp4 LINKED AUDIO HAND'])
  })
})

test('a name that very many have says nothing: a person may link one all the same', () => {
  const alike = (count: number) => Array.from({ length: count }, (_, n) => `/${1_000 + n}/a.wav`)
  expect(decided(named('a.wav'), alike(20))).toHaveLength(21)
  expect(decided(named('a.wav'), alike(21))).toEqual(['AMBIGUOUS'])
  expect(decided(named('1007/a.wav'), alike(500))).toEqual(['LINKED', '/1007/a.wav LINKED AUDIO PATH'])
  expect(decided(named('a.wav'), alike(500), [byHand('/1007/a.wav')])).toEqual([
    'LINKED',
    '/1007/a.wav LINKED AUDIO HAND',
  ])
})
