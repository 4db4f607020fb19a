import { describe, expect, test } from 'vitest'
import type { Entry } from '../../core/files/file-tree.ts'
import { Refusal } from '../../core/refusal.ts'
import { attributesOf, longnameOf } from '../../sftp/longname.ts'
import { answerError } from '../../sftp/status.ts'
import { quiet } from './support/door.ts'

const entry: Entry = {
  name: 'calls.csv',
  path: '/calls.csv',
  kind: 'file',
  size: 3_000_000_000,
  modified: new Date('2026-01-02T03:04:05Z'),
  readOnly: false,
}

describe('a line of a listing', () => {
  test('has the form of ls -l, with the time for what is recent and the year for what is not', () => {
    const soon = new Date('2026-01-03T00:00:00Z')
    expect(longnameOf('calls.csv', entry, soon)).toBe(
      '-rw-r--r--    1 sender   sender     3000000000 Jan  2 03:04 calls.csv',
    )
    expect(longnameOf('calls.csv', entry, new Date('2027-01-03T00:00:00Z'))).toContain(
      ' Jan  2  2026 calls.csv',
    )
    const folder: Entry = { ...entry, kind: 'folder', size: 0, readOnly: true }
    expect(longnameOf('reports', folder, soon)).toMatch(/^dr-xr-xr-x .* 0 Jan {2}2 03:04 reports$/)
  })

  test('carries attributes that say the same, within what 32 bits of seconds can', () => {
    expect(attributesOf(entry)).toMatchObject({ size: 3_000_000_000, permissions: 0o100644 })
    expect(attributesOf({ ...entry, readOnly: true }).permissions).toBe(0o100444)
    expect(attributesOf({ ...entry, modified: new Date(-1) }).times?.modified).toBe(0)
  })
})

describe('an answer to what went wrong', () => {
  test.each([
    ['NOT_FOUND', 2],
    ['FORBIDDEN', 3],
    ['UNAUTHENTICATED', 3],
    ['CONFLICT', 4],
    ['BAD_INPUT', 4],
    ['LIMITED', 4],
  ] as const)('%s is status %i in its own words', (code, status) => {
    const reply = answerError(7, new Refusal(code, 'why it is so'), quiet)
    expect(reply.readUInt32BE(9)).toBe(status)
    expect(reply.toString()).toContain('why it is so')
  })

  test('that nobody expected says nothing of itself', () => {
    const reply = answerError(7, new Error('duplicate key (email)=(a@b.c)'), quiet)
    expect(reply.readUInt32BE(9)).toBe(4)
    expect(reply.toString()).not.toContain('email')
  })
})
