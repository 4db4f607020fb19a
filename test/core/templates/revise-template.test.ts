import { and, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { Refusal } from '../../../core/refusal.ts'
import { revisionWarnings } from '../../../core/setup/revision-warnings.ts'
import { createTemplate } from '../../../core/templates/create-template.ts'
import { retireTemplate, reviseTemplate } from '../../../core/templates/revise-template.ts'
import type { ColumnTemplateInput, Dialect } from '../../../core/templates/template.ts'
import { tables } from '../../../db/db.ts'
import { HEADER, row } from '../../support/contact-files.ts'
import { openImportRoom } from '../imports/import-room.ts'
import { anInput } from './a-template.ts'

const input = (more: Partial<ColumnTemplateInput> = {}) =>
  anInput(
    [
      ['ref', 'REFERENCE'],
      ['agent', 'AGENT'],
      ['at', 'CONTACT_DATE', 'ISO'],
      ['queue', 'QUEUE'],
      ['seconds', 'DURATION', 'seconds'],
    ],
    more,
  )

async function openTemplateRoom() {
  const room = await openImportRoom({ templates: [] })
  const { tenantId, inTenant } = room
  return Object.assign(room, {
    create: (more: Partial<ColumnTemplateInput> = {}) =>
      inTenant(tx => createTemplate(tx, tenantId, input(more))),
    revise: (id: string, more: Partial<ColumnTemplateInput> = {}) =>
      inTenant(tx => reviseTemplate(tx, tenantId, id, input(more), room.now)),
    retire: (id: string) => inTenant(tx => retireTemplate(tx, tenantId, id, room.now)),
    warnings: (id: string) =>
      inTenant(async tx => {
        const { columnTemplates: t } = tables
        const [found] = await tx
          .select()
          .from(t)
          .where(and(eq(t.tenantId, tenantId), eq(t.id, id)))
        if (!found) throw new Error('no template')
        return await revisionWarnings(tx, room.vault, found)
      }),
  })
}

const refused = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    error => (error instanceof Refusal ? error.code : error),
  )

test('a revision is the next version of the lineage, and reads what comes from then on', async () => {
  await using room = await openTemplateRoom()
  const first = await room.create()
  const early = await room.upload('/early.csv', HEADER + row('A'))
  await room.run()
  const second = await room.revise(first.id, { maxRejectedShare: 0 })
  expect(second).toMatchObject({ lineage: first.lineage, version: 2, retiredAt: null, maxRejectedShare: 0 })
  const late = await room.upload('/late.csv', `${HEADER}${row('B')}C,diane,never,sales,1\n`)
  await room.run()
  expect(await room.import(early)).toMatchObject({ status: 'COMPLETED', templateId: first.id })
  expect(await room.import(late)).toMatchObject({ status: 'REFUSED', templateId: second.id })
})

test('versions of a template have ids that sort by the time of their making', async () => {
  await using room = await openTemplateRoom()
  const made = [await room.create()]
  for (let n = 1; n < 8; n += 1) made.push(await room.revise(made.at(-1)?.id ?? ''))
  const ids = made.map(version => version.id)
  expect(ids.filter(id => id[14] !== '7')).toEqual([])
  expect(ids).toEqual(ids.toSorted())
  expect(new Set(made.map(version => version.lineage))).toEqual(new Set([ids[0]]))
})

test('revising or retiring an old version, or revising a retired one, is a conflict', async () => {
  await using room = await openTemplateRoom()
  const first = await room.create()
  const second = await room.revise(first.id)
  expect(await refused(room.revise(first.id))).toBe('CONFLICT')
  expect(await refused(room.retire(first.id))).toBe('CONFLICT')
  expect((await room.retire(second.id)).changed).toBe(true)
  const again = await room.retire(second.id)
  expect([again.changed, again.template.retiredAt]).toEqual([false, room.now])
  expect(await refused(room.revise(second.id))).toBe('CONFLICT')
  const file = await room.upload('/a.csv', HEADER + row('A'))
  await room.run()
  expect(await room.import(file)).toMatchObject({ status: 'REFUSED', failure: { code: 'NO_TEMPLATE' } })
})

test('of two who revise at once, one does and the other hears of a conflict', async () => {
  await using room = await openTemplateRoom()
  for (let round = 0; round < 5; round++) {
    const first = await room.create()
    const ends = await Promise.all([refused(room.revise(first.id)), refused(room.revise(first.id))])
    expect(ends.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual(['CONFLICT', 'done'])
    const { columnTemplates: t } = tables
    const versions = await room.inTenant(tx => tx.select().from(t).where(eq(t.lineage, first.lineage)))
    expect(versions.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([1, 2])
  }
})

test('another tenant’s template cannot be revised, and what is wrong with a revision is said by its paths', async () => {
  await using room = await openTemplateRoom()
  await using other = await openTemplateRoom()
  const { id } = await room.create()
  expect(await refused(other.revise(id))).toBe('NOT_FOUND')
  await expect(room.revise(id, { timeZone: 'Mars' })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    fields: [{ path: ['template', 'timeZone'] }],
  })
})

test('a revision says what changed, and what becomes of the newest file that the last version read', async () => {
  await using room = await openTemplateRoom()
  const first = await room.create()
  await room.upload('/old.csv', HEADER + row('A') + row('B') + row('C'))
  await room.upload('/new.csv', HEADER + row('A') + row('B', 'joe', '-'))
  await room.run()
  expect(await room.warnings(first.id)).toEqual([])
  const columns = input().columns.map(column =>
    column.field === 'QUEUE' ? { ...column, required: true } : column,
  )
  const second = await room.revise(first.id, {
    columns,
    emptyWords: ['-'],
    filePattern: '/calls/*.csv',
    dialect: { ...input().dialect, delimiter: ',' },
  })
  const warnings = await room.warnings(second.id)
  expect(warnings.map(({ code }) => code)).toEqual([
    'TEMPLATE_CHANGED',
    'NEWEST_FILE_LEFT_OUT',
    'NEWEST_FILE',
    'MISSING_VALUE',
  ])
  expect(warnings[0]?.message).toContain('filePattern was "/**/*.csv" and is "/calls/*.csv"')
  const changes = (warnings[0]?.details?.['changes'] ?? []) as { setting: string }[]
  expect(changes.map(({ setting }) => setting)).toEqual(['filePattern', 'emptyWords', 'column 4'])
  expect(warnings[2]?.details).toMatchObject({
    path: '/new.csv',
    whole: true,
    before: { accepted: 2, rejected: 0, agents: 2 },
    after: { accepted: 1, rejected: 1, agents: 1 },
  })
  expect(warnings[3]?.details).toMatchObject({ path: '/new.csv', count: 1 })
  expect(await room.contacts()).toHaveLength(3)
})

const encoded: [written: string, layout: Partial<Dialect>, encode: (text: string) => Buffer][] = [
  ['UTF-8', {}, text => Buffer.from(text)],
  ['UTF-8 with CR and LF', {}, text => Buffer.from(text.replaceAll('\n', '\r\n'))],
  ['UTF-8 with CR alone', {}, text => Buffer.from(text.replaceAll('\n', '\r'))],
  ['UTF-16LE', { encoding: 'UTF_16LE' }, text => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16BE', { encoding: 'UTF_16BE' }, text => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  [
    'UTF-16BE with CR alone',
    { encoding: 'UTF_16BE' },
    text => Buffer.from(text.replaceAll('\n', '\r'), 'utf16le').swap16(),
  ],
]

test.each(encoded)(
  'of a large file in %s the beginning is read, up to a whole row',
  async (_, layout, encode) => {
    await using room = await openTemplateRoom()
    const dialect = { ...input().dialect, ...layout }
    const first = await room.create({ dialect })
    // U+0A0D and its like hold the bytes of line ends and are none.
    const agent = `diane${'\u0a0d\u0d0a'.repeat(20)}`
    const many = Array.from({ length: 10_000 }, (_, index) => row(`R${index}`, agent)).join('')
    await room.upload('/large.csv', encode(HEADER + many))
    await room.run()
    const { id } = await room.revise(first.id, { dialect })
    const [warning, ...others] = await room.warnings(id)
    expect(others).toEqual([])
    expect(warning?.message).toContain('Of the beginning of /large.csv')
    const { before, after } = (warning?.details ?? {}) as Record<
      string,
      { accepted: number; rejected: number }
    >
    expect(after).toEqual(before)
    expect(after?.rejected).toBe(0)
    expect(after?.accepted).toBeGreaterThan(2_000)
  },
)
