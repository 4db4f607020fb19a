import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

/**
 * docs/errors.md has an entry for each code that the source answers with, and for no other. A code is found where it
 * is declared (the closed unions) and where it is made: first in a call of `fileProblem`, `problem` or `new Refusal`,
 * second in one of `new VaultDamage`, third in one of `refuse`, in a property `code`, or first in a pair of a code and
 * a sentence.
 */
const root = join(import.meta.dirname, '../..')
const rooms = ['api', 'core', 'schema', 'sftp', 'worker']

const sources = new Map(
  rooms.flatMap(room =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => {
        const path = join(room, name)
        return [path, readFileSync(join(root, path), 'utf8')] as const
      }),
  ),
)

const sourceOf = (path: string) => {
  const source = sources.get(path)
  if (source === undefined) throw new Error(`${path} is not there any more: say where its codes went`)
  return source
}

const literals = (text: string) => [...text.matchAll(/'(\w+)'/g)].map(match => match[1] ?? '')

/** The members of a closed union of codes. */
function union(path: string, name: string): string[] {
  const declared = new RegExp(`export type ${name} =((?:\\s*\\|?\\s*'\\w+')+)`).exec(sourceOf(path))
  const members = literals(declared?.[1] ?? '')
  if (members.length === 0) throw new Error(`${path} declares no ${name}`)
  return members
}

const makers = [
  /\b(?:fileProblem|problem|new Refusal)\(\s*'([A-Z_]+)'/g,
  /\bnew VaultDamage\(\s*[\w.]+,\s*'([A-Z_]+)'/g,
  /\brefuse\(\s*\w+,\s*\d+,\s*'([A-Z_]+)'/g,
  /\brefused\(\s*\w+,\s*'([A-Z_]+)'/g,
  /\bcode: '([A-Z_]+)'/g,
  /\bcode: \w+ \? '([A-Z_]+)'/g,
  /\bcode: \w+ \? '[A-Z_]+' : '([A-Z_]+)'/g,
  /\['([A-Z_]+)', '[^']+ [^']+\.'\]/g,
]

const madeIn = (source: string) =>
  makers.flatMap(maker => [...source.matchAll(maker)].map(match => match[1] ?? ''))

const madeBelow = (...places: string[]) =>
  [...sources].filter(([path]) => places.some(place => path.startsWith(place))).flatMap(([, s]) => madeIn(s))

/** What is said in the source, less what only declares a code or compares with one. */
const said = new Set(
  [...sources.values()].flatMap(source =>
    literals(
      source
        .replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, '')
        .replaceAll(/export type \w+ =(?:\s*\|?\s*'\w+')+/g, '')
        .replaceAll(/: (?:'\w+' \| )+'\w+'/g, '')
        .replaceAll(/[!=]== '\w+'/g, ''),
    ),
  ),
)

const statuses = [...sources].flatMap(([path, source]) =>
  path.startsWith('sftp/') ? [...source.matchAll(/\bstatus\.([A-Z_]+)\b/g)].map(match => match[1] ?? '') : [],
)

const refusals = union('core/refusal.ts', 'RefusalCode')

const groups: Record<string, string[]> = {
  'Answers of the API': [...refusals, ...madeBelow('api/', 'schema/')],
  'Files that are refused': union('core/imports/problem.ts', 'FileFault'),
  'Imports that fail': union('core/imports/failure.ts', 'FailureCode'),
  'Rows that are rejected': [
    ...union('core/imports/reading/chunk.ts', 'RowFault'),
    ...union('core/templates/cell-fault.ts', 'CellFaultCode'),
    ...madeIn(sourceOf('core/imports/reading/problem-groups.ts')),
  ],
  'Lists of agents': union('core/agents/list/list-problem.ts', 'AgentListFault'),
  'Evaluations that are refused': union('core/evaluations/evaluation.ts', 'EvaluationFault'),
  'Files that are discarded': madeIn(sourceOf('core/receipts/tell-discarded.ts')),
  'Open problems': madeBelow('core/tenants/', 'core/receipts/').filter(
    code => !refusals.includes(code) && code !== 'DISCARDED',
  ),
  Samples: union('core/setup/analysis/sample-problem.ts', 'SampleProblemCode'),
  'Revised templates': union('core/setup/revision-warnings.ts', 'RevisionWarning'),
  'Answers of SFTP': statuses,
  'Connections that come to nothing': union('sftp/ports.ts', 'RefusalReason'),
  'Damage in the vault': union('core/vault/vault-damage.ts', 'DamageKind'),
}

interface Entry {
  group: string
  code: string
  body: string
}

const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
const entries: Entry[] = page.split(/^## /m).flatMap(section => {
  const [group = '', ...rest] = section.split('\n')
  return rest
    .join('\n')
    .split(/^### /m)
    .slice(1)
    .map(text => ({ group, code: /^`(\w+)`\n/.exec(text)?.[1] ?? text.slice(0, 40), body: text }))
})
const documented = (group: string) => entries.filter(entry => entry.group === group).map(({ code }) => code)
const inOrder = (codes: Iterable<string>) => [...new Set(codes)].sort()

describe('docs/errors.md has each code once, and no other', () => {
  test.each(Object.entries(groups))('%s', (group, codes) => {
    expect(inOrder(documented(group))).toEqual(inOrder(codes))
    expect(documented(group).length).toBe(new Set(documented(group)).size)
  })

  test('no entry stands outside of these groups', () => {
    expect(entries.filter(entry => !(entry.group in groups))).toEqual([])
  })

  test('whatever makes a code, wherever it is, makes one that is documented', () => {
    const codes = new Set(entries.map(({ code }) => code))
    const unknown = [...sources].flatMap(([path, source]) =>
      madeIn(source).flatMap(code => (codes.has(code) ? [] : [`${code} in ${path}`])),
    )
    expect(unknown).toEqual([])
  })

  test('whatever says whose move something is has its code found', () => {
    const passedOn = [
      'core/agents/list/list-problem.ts',
      'core/evaluations/evaluation.ts',
      'core/imports/reading/problem-groups.ts',
      'core/imports/problem.ts',
      'core/setup/preview-rows.ts',
      'core/setup/revision-warnings.ts',
      'schema/problem.ts',
      'core/setup/analysis/sample-problem.ts',
    ]
    const silent = [...sources].filter(
      ([path, source]) =>
        /\bwhoseMove: (?!Problem\b)/.test(source) && !passedOn.includes(path) && madeIn(source).length === 0,
    )
    expect(silent.map(([path]) => path)).toEqual([])
  })

  test('every declared code is made somewhere', () => {
    const dead = entries.filter(({ group, code }) => group !== 'Answers of SFTP' && !said.has(code))
    expect(dead.map(({ code }) => code)).toEqual([])
  })
})

test.each(entries)('$group: $code has its cause, whose move it is, and a remedy', ({ body }) => {
  const [, cause, move = '', remedy] =
    /\n\*\*Cause\.\*\* (\S.*?)\n\*\*Whose move\.\*\* (\S.*?)\n\*\*Remedy\.\*\* (\S.*)/s.exec(body) ?? []
  expect([cause, remedy]).not.toContain(undefined)
  expect(move).toMatch(/`(?:SENDER|ADMIN|STAFF|OURS)`|^Nobody's\.$/)
})

test('whose move a problem is agrees with the code', () => {
  const claims = [...sources.values()].flatMap(source =>
    [...source.matchAll(/\bproblem\(\s*'([A-Z_]+)',\s*'([A-Z]+)'/g)].map(([, code, move]) => ({
      code,
      move,
    })),
  )
  expect(claims.length).toBeGreaterThan(0)
  for (const { code, move } of claims)
    expect(entries.find(entry => entry.code === code)?.body).toContain(`**Whose move.** \`${move}\`.`)
})

test('the words beside FAILURE are those of the source', () => {
  const all = [...sources.values()].join('\n')
  const rows = [...page.matchAll(/^\| (`.*?`(?: or `.*?`)*) \| /gm)].map(match => match[1] ?? '')
  const quoted = rows.flatMap(row => [...row.matchAll(/`([^`]+)`/g)].map(match => match[1] ?? ''))
  expect(quoted.length).toBeGreaterThan(10)
  const fragments = quoted.flatMap(words => words.split('…').map(part => part.trim())).filter(Boolean)
  expect(fragments.filter(part => !all.includes(part))).toEqual([])
})
