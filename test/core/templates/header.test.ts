import { expect, test } from 'vitest'
import { matchHeader } from '../../../core/templates/header.ts'
import type { ColumnTemplate } from '../../../core/templates/template.ts'
import { aTemplate } from './a-template.ts'

const template = (extraColumns: ColumnTemplate['extraColumns'] = 'KEEP') =>
  aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE'],
      ['Größe', 'METADATA'],
    ],
    { extraColumns },
  )

const differences = (header: string[], rule?: ColumnTemplate['extraColumns']) => {
  const match = matchHeader(header, template(rule))
  if (match.matches) return 'matches'
  return match.columns
    .filter(pair => pair.verdict !== 'same')
    .map(
      pair =>
        `${pair.verdict} ${pair.position ?? '-'} ${pair.agreed ?? '-'} / ${pair.foundAt ?? '-'} ${pair.found ?? '-'}`,
    )
}

test('blanks around, case and Unicode form are ignored', () => {
  expect(matchHeader([' ID', 'agent ', 'DATE', 'gro\u0308ße'], template())).toEqual({
    matches: true,
    width: 4,
    least: 4,
    names: [' ID', 'agent ', 'DATE', 'gro\u0308ße'],
    reasonAt: null,
    extras: [],
  })
})

test('columns after the agreed ones are kept under names of their own, or left, as agreed', () => {
  const header = ['Id', 'Agent', 'Date', 'Größe', 'Note', 'Note', '', 'Größe']
  expect(matchHeader(header, template())).toMatchObject({
    matches: true,
    width: 8,
    extras: [
      { index: 4, name: 'Note' },
      { index: 5, name: 'Note (2)' },
      { index: 6, name: 'column 7' },
      { index: 7, name: 'Größe (2)' },
    ],
  })
  expect(matchHeader(header, template('IGNORE'))).toMatchObject({ matches: true, width: 8, extras: [] })
})

test('columns without a header at the end are no columns to be looked for in each row', () => {
  const header = ['Id', 'Agent', 'Date', 'Größe', '', 'Note', ...Array<string>(16_000).fill('')]
  expect(matchHeader(header, template())).toMatchObject({
    width: 16_006,
    least: 6,
    extras: [
      { index: 4, name: 'column 5' },
      { index: 5, name: 'Note' },
    ],
  })
})

test('the reasons of rejected rows are read past, whatever is agreed for extra columns', () => {
  const header = ['Id', 'Agent', 'Date', 'Größe', 'Nightdrop_Reason']
  for (const rule of ['KEEP', 'IGNORE', 'REJECT'] as const)
    expect(matchHeader(header, template(rule))).toMatchObject({
      matches: true,
      width: 4,
      least: 4,
      reasonAt: 4,
      extras: [],
    })
})

test.each([
  ['missing at the end', ['Id', 'Agent', 'Date'], ['missing 4 Größe / - -']],
  ['missing in the middle', ['Id', 'Date', 'Größe'], ['missing 2 Agent / - -']],
  [
    'missing, with the reasons in its place',
    ['Id', 'Agent', 'Date', 'nightdrop_reason'],
    ['missing 4 Größe / - -'],
  ],
  ['renamed', ['Id', 'User', 'Date', 'Größe'], ['renamed 2 Agent / 2 User']],
  [
    'two changed places',
    ['Id', 'Date', 'Agent', 'Größe'],
    ['moved 2 Agent / 3 Agent', 'moved 3 Date / 2 Date'],
  ],
  ['first became last', ['Agent', 'Date', 'Größe', 'Id'], ['moved 1 Id / 4 Id']],
  ['extra before', ['Id', 'Team', 'Agent', 'Date', 'Größe'], ['extra - - / 2 Team']],
  ['nothing alike', ['a', 'b'], expect.any(Array)],
])('%s is a mismatch, said once', (_, header, expected) => {
  expect(differences(header)).toEqual(expected)
})

test('extra columns are a mismatch where that is agreed', () => {
  expect(differences(['Id', 'Agent', 'Date', 'Größe', 'Note'], 'REJECT')).toEqual(['extra - - / 5 Note'])
})

test('the words can be forwarded', () => {
  const match = matchHeader(['Id', 'User', 'Date'], template())
  expect(match).toMatchObject({
    message:
      'The header is not the one agreed. Column 2 should be "Agent" and is "User". Column 4 "Größe" is missing. Agreed, in this order: "Id", "Agent", "Date", "Größe". Send the file with the agreed columns, or have the template revised.',
  })
})
