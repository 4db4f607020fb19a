import { expect, test } from 'vitest'
import { recordingShelves } from '../../../core/recordings/name-fit.ts'
import { recordingKey } from '../../../core/recordings/recording-names.ts'

const best = (name: string, ...paths: string[]) => {
  const files = paths.map(path => ({ id: path, path, kind: 'AUDIO' as const }))
  const shelves = recordingShelves()
  shelves.add(files)
  const fit = shelves.best(name, () => true)
  return fit && [fit.how, ...fit.files.map(file => file.path)]
}

const folders = ['/2025/a.wav', '/2026/a.wav', '/a.wav']

test.each([
  ['/2026/a.wav'],
  ['2026/a.wav'],
  ['2026\\a.wav'],
  ['D:\\2026\\a.wav'],
  ['d:/2026/a.wav'],
  ['D:\\Rec\\2026\\a.wav'],
  ['\\\\srv\\share\\2026\\a.wav'],
  ['\\\\srv\\2026\\a.wav'],
  ['//srv/share//2026/a.wav'],
])('%s is a path, whatever lies above what is sent', name => {
  expect(best(name, ...folders)).toEqual(['PATH', '/2026/a.wav'])
})

test('a path may lie deeper where it was sent to', () => {
  expect(best('2026\\a.wav', '/in/2026/a.wav', '/in/2025/a.wav')).toEqual(['PATH', '/in/2026/a.wav'])
  expect(best('2026\\a.wav', '/in/2026/a.wav', '/2026/a.wav'), 'the whole path comes first').toEqual([
    'PATH',
    '/2026/a.wav',
  ])
  expect(best('2026\\a.wav', '/one/2026/a.wav', '/two/2026/a.wav')).toEqual([
    'PATH',
    '/one/2026/a.wav',
    '/two/2026/a.wav',
  ])
})

test('a name alone says nothing about folders, but the root when it is written', () => {
  expect(best('a.wav', ...folders)).toEqual(['NAME', ...folders])
  expect(best('/a.wav', ...folders)).toEqual(['PATH', '/a.wav'])
  expect(best('\\\\srv\\a.wav', ...folders)).toEqual(['NAME', ...folders])
})

test('a folder that fits only in part, or not at all, leaves the name', () => {
  expect(best('D:\\other\\a.wav', '/2026/a.wav')).toEqual(['NAME', '/2026/a.wav'])
  expect(best('x/2026/a.wav', '/y/2026/a.wav', '/z/a.wav')).toEqual(['NAME', '/y/2026/a.wav', '/z/a.wav'])
  expect(best('26/a.wav', '/2026/a.wav'), 'half of a folder’s name').toEqual(['NAME', '/2026/a.wav'])
})

test('the name as it is written comes before one that only differs in ending and case', () => {
  expect(best('A.wav', '/a.wav', '/x/A.wav', '/A.mp3')).toEqual(['NAME', '/x/A.wav'])
  expect(best('A.WAV', '/a.wav', '/b.wav')).toEqual(['STEM', '/a.wav'])
  expect(best('a', '/a.wav', '/x/A.mp4')).toEqual(['STEM', '/a.wav', '/x/A.mp4'])
  expect(best('a', '/ab.wav')).toBeUndefined()
})

test('ending and case left off, folders still tell', () => {
  expect(best('D:\\REC\\2026\\A', '/rec/2026/a.wav', '/rec/2025/a.wav')).toEqual(['STEM', '/rec/2026/a.wav'])
})

test('of several that have the name the folder tells, whatever its case: Windows knows none', () => {
  const calls = Array.from({ length: 40 }, (_, n) => `/rec/call${n}/audio.wav`)
  expect(best('D:\\Rec\\CALL30\\audio.wav', ...calls)).toEqual(['NAME', '/rec/call30/audio.wav'])
  expect(best('CALL30\\audio.wav', '/x/call30/audio.wav', '/CALL30/audio.wav')).toEqual([
    'PATH',
    '/CALL30/audio.wav',
  ])
  expect(best('CALL30\\audio.wav', '/call30/Audio.wav', '/x/audio.wav'), 'the name first').toEqual([
    'NAME',
    '/x/audio.wav',
  ])
})

test('a drive without a slash is no part of the name', () => {
  expect(best('D:a.wav', '/x/a.wav')).toEqual(['NAME', '/x/a.wav'])
  expect(best('d:A', '/x/a.wav')).toEqual(['STEM', '/x/a.wav'])
  expect(recordingKey('D:a.wav')).toBe('a')
})

test('only endings of recordings are left off', () => {
  expect(best('2026.01.31', '/2026.01.wav')).toBeUndefined()
  expect(best('2026.01.31', '/2026.01.31.wav')).toEqual(['STEM', '/2026.01.31.wav'])
})

test('Unicode forms are one', () => {
  expect(best('Mu\u0308ller.wav', '/x/M\u00fcller.wav')).toEqual(['NAME', '/x/M\u00fcller.wav'])
  expect(best('y\\x\u0308\\a.wav', '/\u1e8d/a.wav')).toEqual(['PATH', '/\u1e8d/a.wav'])
})

test('names that are no names find nothing', () => {
  for (const name of ['', '/', '\\', 'D:\\', '..']) expect(best(name, '/a.wav')).toBeUndefined()
})
