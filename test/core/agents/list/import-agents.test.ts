import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { upsertAgents } from '../../../../core/agents/agents.ts'
import { type AgentImport, importAgents, readList } from '../../../../core/agents/import-agents.ts'
import { tables } from '../../../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts'

let room: TestDatabase
let tenantId: string
beforeAll(async () => {
  room = await createTestDatabase()
})
afterAll(() => room[Symbol.asyncDispose]())
beforeEach(async () => {
  tenantId = await room.createTenant()
})

async function send(list: string | Buffer, preview = false): Promise<AgentImport> {
  const read = await readList(Buffer.from(list))
  if (!('rows' in read)) return read
  return await room.database.asTenant(tenantId, tx => importAgents(tx, tenantId, read, { preview }))
}

const kept = () =>
  room.database.asTenant(tenantId, async tx => {
    const agents = await tx.select().from(tables.agents)
    const keys = await tx.select().from(tables.agentKeys)
    return agents
      .map(({ id, name, email, username, externalId }) => ({
        name,
        email,
        username,
        externalId,
        keys: keys
          .filter(key => key.agentId === id)
          .map(key => `${key.kind} ${key.key}`)
          .sort(),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  })

const codes = ({ problems }: AgentImport) => problems.map(({ code, row, column }) => [code, row, column])
const counts = ({ created, updated, unchanged }: AgentImport) => [created, updated, unchanged]

const LIST = `\uFEFFname;email;username;externalId;aliases\r
Ann Lee;ann@example.com;alee;E1;Annie|A. Lee\r
Bob Ray;bob@example.com;bray;E2;\r
;;;;\r
"Cem; the second";cem@example.com;;007;\r
`

test('a list makes agents with all their keys, and the same list again has nothing to do', async () => {
  expect(await send(LIST)).toEqual({ created: 3, updated: 0, unchanged: 0, problems: [] })
  const first = await kept()
  expect(first).toMatchObject([
    {
      name: 'Ann Lee',
      externalId: 'E1',
      keys: [
        'ALIAS a. lee',
        'ALIAS annie',
        'EMAIL ann@example.com',
        'EXTERNAL_ID e1',
        'NAME ann lee',
        'USERNAME alee',
      ],
    },
    { name: 'Bob Ray' },
    { name: 'Cem; the second', externalId: '007', username: null },
  ])
  expect(await send(LIST)).toEqual({ created: 0, updated: 0, unchanged: 3, problems: [] })
  expect(await kept()).toEqual(first)
})

test('a preview says the same, and keeps nothing', async () => {
  const list = `${LIST}Dee;not an address;;;\n`
  const preview = await send(list, true)
  expect(counts(preview)).toEqual([3, 0, 0])
  expect(await kept()).toEqual([])
  expect(await send(list)).toEqual(preview)
})

test('what is new is changed, an empty cell says nothing, aliases are added to', async () => {
  await send(LIST)
  const list = 'externalId,name,email,aliases\ne1,Ann Lee-Ray,,Ann L.\nE2,Bob Ray,BOB@new.example,\n'
  expect(counts(await send(list))).toEqual([0, 2, 0])
  expect(await kept()).toMatchObject([
    {
      name: 'Ann Lee-Ray',
      email: 'ann@example.com',
      keys: expect.arrayContaining(['ALIAS ann l.', 'ALIAS annie']),
    },
    {
      email: 'BOB@new.example',
      keys: ['EMAIL bob@new.example', 'EXTERNAL_ID e2', 'NAME bob ray', 'USERNAME bray'],
    },
    {},
  ])
})

test('a key may pass from one agent to another within a list', async () => {
  await send('name,externalId,email\nAnn,E1,desk@x.example\n')
  const list = 'name,externalId,email\nAnn,E1,ann@x.example\nBob,E2,desk@x.example\n'
  expect(await send(list)).toMatchObject({ created: 1, updated: 1, problems: [] })
  expect(await send(list)).toMatchObject({ unchanged: 2, problems: [] })
})

test('who has no key but a name is found by it, unless two have it', async () => {
  await send('name\nAnn\nBob\n')
  expect(await send('name,aliases\nann,A1\n')).toMatchObject({ updated: 1, created: 0 })
  await room.database.asTenant(tenantId, tx => upsertAgents(tx, tenantId, [{ name: 'Bob' }]))
  expect(codes(await send('name,aliases\nBob,B1\n'))).toEqual([['AGENT_AMBIGUOUS', 1, null]])
})

describe('keys that lists learn later', () => {
  test('are those of the agent that had the name alone; the next list is unchanged', async () => {
    await send('name\nAnn\nBob\n')
    const list = 'Name;E-Mail\nann;ann@x\nBob;bob@x\nCem;cem@x\n'
    expect(await send(list)).toMatchObject({ created: 1, updated: 2, problems: [] })
    expect(await kept()).toMatchObject([{ name: 'Bob' }, { name: 'Cem' }, { name: 'ann', email: 'ann@x' }])
    expect(await send(list)).toMatchObject({ unchanged: 3, problems: [] })
    expect(await send('name,email,externalId\nBob,bob@x,E2\n')).toMatchObject({ updated: 1 })
    expect(await send('name,email\nBob,other@x\n')).toMatchObject({ created: 1, problems: [] })
  })

  test('are nobody’s while two agents have the name, or two rows', async () => {
    await send('name\nAnn\n')
    const two = await send('name,email\nAnn,one@x\nAnn,two@x\n')
    expect(codes(two)).toEqual([
      ['AGENT_AMBIGUOUS', 1, null],
      ['AGENT_AMBIGUOUS', 2, null],
    ])
    expect(two.problems[0]?.message).toContain('alone')
    expect(await send('name,email\nAnn,one@x\nAnn,one@x\n')).toMatchObject({ updated: 1, unchanged: 1 })
    expect(await send('name,email\nAnn,one@x\nAnn,two@x\n')).toMatchObject({ created: 1, unchanged: 1 })
    await room.database.asTenant(tenantId, tx =>
      upsertAgents(tx, tenantId, [{ name: 'Bob' }, { name: 'Bob' }]),
    )
    expect(codes(await send('name,email\nBob,bob@x\n'))).toEqual([['AGENT_AMBIGUOUS', 1, null]])
  })
})

test('whoever has another external id is not the one that an email or a user name finds', async () => {
  await send('Name;E-Mail;Login;Personalnummer\nAnna;team1@x.de;anna;1007\n')
  const before = await kept()
  for (const list of [
    'Name;E-Mail;Personalnummer\nBob;team1@x.de;1010\n',
    'Name;Login;Personalnummer\nBob;ANNA;1010\n',
  ]) {
    const sent = await send(list)
    expect(counts(sent)).toEqual([0, 0, 0])
    expect(sent.problems).toMatchObject([{ code: 'AGENT_KEY_TAKEN', whoseMove: 'ADMIN', row: 1 }])
    expect(sent.problems[0]?.message).toMatch(/belongs to the agent "Anna", whose external id is "1007"/)
    expect(await kept()).toEqual(before)
  }
})

describe('sound rows are taken, faulty ones named by row and column', () => {
  test('bad cells', async () => {
    const list = [
      'name,email,externalId',
      'Ann,ann@x,E1',
      ',noname@x,E2',
      'Bob,at home,5.58E+12',
      'Cem,cem@x,E3,stray',
      `Dee\u0007,dee@x,E4`,
      'Eva,eva@x,E5',
      '"Fay" L,fay@x,E6',
      `${'g'.repeat(321)},g@x,E7`,
    ].join('\n')
    const sent = await send(list)
    expect(counts(sent)).toEqual([2, 0, 0])
    expect(codes(sent)).toEqual([
      ['MISSING_VALUE', 2, 1],
      ['BAD_EMAIL', 3, 2],
      ['SPREADSHEET_DAMAGE', 3, 3],
      ['EXTRA_COLUMN', 4, 4],
      ['BAD_CHARACTER', 5, 1],
      ['BAD_QUOTE', 7, null],
      ['TOO_LONG', 8, 1],
    ])
    expect(sent.problems[1]?.details).toEqual({ value: 'at home' })
    expect((await kept()).map(agent => agent.name)).toEqual(['Ann', 'Eva'])
  })

  test('rows that contradict the agents there are, or each other', async () => {
    await room.database.asTenant(tenantId, tx =>
      upsertAgents(tx, tenantId, [
        { name: 'Ann', externalId: 'E1', email: 'ann@x', aliases: ['boss'] },
        { name: 'Bob', externalId: 'E2', email: 'bob@x' },
      ]),
    )
    const list = [
      'name,externalId,email,aliases',
      'Ann,E1,bob@x,',
      'Cem,E3,,Boss',
      'Dee,E4,dee@x,',
      'Dee,E4,other@x,',
      'Dee,E4,DEE@x,D',
    ].join('\n')
    const sent = await send(list)
    expect(codes(sent)).toEqual([
      ['AGENT_AMBIGUOUS', 1, null],
      ['AGENT_KEY_TAKEN', 2, null],
      ['AGENT_TWICE', 4, null],
    ])
    expect(sent.problems.map(problem => problem.whoseMove)).toEqual(['ADMIN', 'ADMIN', 'SENDER'])
    expect(sent.problems[2]?.message).toContain(
      'Row 3 is about the same agent, and there the email is "dee@x"',
    )
    expect(counts(sent)).toEqual([1, 1, 0])
    expect(counts(await send(list))).toEqual([0, 0, 2])
  })

  test('columns that mean nothing are named once', async () => {
    const sent = await send('name,team,site\nAnn,red,Bonn\n')
    expect(sent).toMatchObject({ created: 1, problems: [{ code: 'COLUMNS_IGNORED', row: null }] })
    expect(sent.problems[0]?.message).toContain('"team", "site"')
  })

  test('a thousand problems are told, and how many more there are', async () => {
    const sent = await send(`name,email\n${'X,none\n'.repeat(1_500)}`)
    expect(sent.problems).toHaveLength(1_001)
    expect(sent.problems.at(-1)).toMatchObject({
      code: 'MORE_PROBLEMS',
      message: expect.stringMatching(/^And 500 more/),
    })
  })
})

describe('how lists are written', () => {
  test.each([
    ['commas', 'name,email\nAnn,ann@x\n'],
    ['semicolons', 'name;email\nAnn;ann@x\n'],
    ['tabs', 'name\temail\nAnn\tann@x'],
    ['a sep= line', 'sep=;\nname;email\nAnn;ann@x\n'],
    ['CR alone', 'name,email\rAnn,ann@x\r'],
    ['quotes', '"name","email"\n"Ann","ann@x"\n'],
    ['blank lines before', '\n\nname,email\nAnn,ann@x\n'],
  ])('%s', async (_, list) => {
    expect(await send(list)).toMatchObject({ created: 1, problems: [] })
    expect(await kept()).toMatchObject([{ name: 'Ann', email: 'ann@x' }])
  })

  test('first and last name make one', async () => {
    await send('Nachname;Vorname;E-Mail\nMüller;Jörg;jm@x\nOhne;;o@x\n')
    expect((await kept()).map(agent => agent.name)).toEqual(['Jörg Müller', 'Ohne'])
  })

  test.each<[string, string | Buffer, string, RegExp]>([
    ['empty', '', 'EMPTY', /0 bytes/],
    ['a header alone', 'name,email\n', 'NO_ROWS', /no agent below/],
    ['a web page', '<!DOCTYPE html><html></html>', 'NOT_CSV', /HTML/],
    ['UTF-16', Buffer.from('\uFEFFname\nAnn\n', 'utf16le'), 'ENCODING_MISMATCH', /UTF-16/],
    [
      'Windows-1252',
      Buffer.from('name\nAnn\nJ\xf6rg\n', 'latin1'),
      'ENCODING_MISMATCH',
      /^Line 3 of the list is not UTF-8 but Windows-1252. In Windows-1252 it would be "Jörg"/,
    ],
    ['no header', 'Ann,ann@x\nBob,bob@x\n', 'AGENT_COLUMNS', /The first line names the columns/],
  ])('%s is no list: nothing kept, one problem that says why', async (_, list, code, words) => {
    const sent = await send(list)
    expect(counts(sent)).toEqual([0, 0, 0])
    expect(sent.problems).toMatchObject([{ code, row: null, whoseMove: 'SENDER' }])
    expect(sent.problems[0]?.message).toMatch(words)
  })

  test('an Excel file is known by its first bytes', async () => {
    const zip = Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.from('....[Content_Types].xml')])
    expect(await send(zip)).toMatchObject({
      problems: [{ code: 'NOT_CSV', message: expect.stringContaining('Excel') }],
    })
  })
})

test('more than 50,000 agents are LIMITED', async () => {
  await expect(readList(Buffer.from(`name\n${'a\n'.repeat(50_001)}`))).rejects.toMatchObject({
    code: 'LIMITED',
  })
})

test('thousands of agents at once, past contacts claimed by jobs of a thousand', async () => {
  const list = `name,email\n${Array.from({ length: 2_500 }, (_, n) => `Agent ${n},a${n}@x`).join('\n')}`
  expect(counts(await send(list))).toEqual([2_500, 0, 0])
  expect(counts(await send(list))).toEqual([0, 0, 2_500])
})

test('two lists at once take turns', async () => {
  const both = await Promise.all([send(LIST), send(LIST)])
  expect(both.map(({ created }) => created).toSorted((a, b) => a - b)).toEqual([0, 3])
})
