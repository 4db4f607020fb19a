import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { secrets, type VariableName, variables } from '../../../core/config/variables.ts'

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')

const names = Object.keys(variables) as VariableName[]

/** The default as it would be written; undefined where there is none. */
const defaultOf = (name: VariableName): string | undefined => {
  const result = variables[name].safeParse(undefined)
  if (!result.success || result.data === undefined) return undefined
  const { data } = result
  const text = typeof data === 'object' ? Object.values(data).join() : String(data)
  return text === '' ? undefined : text
}

test('the table in the README names exactly the variables, with their defaults, and marks the secrets', () => {
  const rows = [...read('README.md').matchAll(/^\| `([A-Z0-9_]+)`(\\?\*)? \| (.*?) \|/gm)]
  const table = new Map(rows.map(([, name = '', star, given = '']) => [name, { star: Boolean(star), given }]))
  expect([...table.keys()].toSorted()).toEqual(names.toSorted())
  for (const name of names) {
    const row = table.get(name)
    expect({ name, secret: row?.star }).toEqual({
      name,
      secret: (secrets as readonly string[]).includes(name),
    })
    const written = defaultOf(name)
    if (written === undefined) expect(row?.given, name).not.toMatch(/^`[^`]*`$/)
    else expect(row?.given, name).toBe(`\`${written}\``)
  }
})

test('.env.example names exactly the variables, with their defaults', () => {
  const lines = read('.env.example')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
  const given = Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  expect(given).toEqual(Object.fromEntries(names.map(name => [name, defaultOf(name) ?? ''])))
})
