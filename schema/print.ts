import { readFileSync, writeFileSync } from 'node:fs'
import { printSchema } from 'graphql'
import { schema } from './index.ts'
import { unnamed, withLines } from './release/changelog.ts'
import { additions, breakingChanges, undatedDeprecations } from './release/changes.ts'
import { descriptionAt, differences } from './release/contract-difference.ts'

const file = (name: string) => new URL(name, import.meta.url)
const read = (name: string) => readFileSync(file(name), 'utf8')
const CHANGELOG = '../docs/schema-changelog.md'

/** The SDL as it is committed in schema.graphql. */
export const printedSchema = (): string => `${printSchema(schema)}\n`

export const committedSchema = (): string => read('schema.graphql')

/** What the printed schema says otherwise than the contract. */
export const contractDifferences = (): string[] => differences(printedSchema(), read('contract.graphql'))

/** What clients of the last release would trip over, and what is new and not in the changelog. */
export function releaseFaults(): string[] {
  const [released, printed] = [read('released.graphql'), printedSchema()]
  return [
    ...breakingChanges(released, printed).map(
      change => `${change} The schema only grows: keep it, @deprecated with a reason and a date.`,
    ),
    ...undatedDeprecations(printed),
    ...unnamed(read(CHANGELOG), additions(released, printed)).map(
      name => `docs/schema-changelog.md does not name \`${name}\`: node schema/print.ts adds a line for it`,
    ),
  ]
}

function nameAdditions(): void {
  const printed = printedSchema()
  const changelog = read(CHANGELOG)
  const missing = unnamed(changelog, additions(read('released.graphql'), printed))
  if (missing.length > 0)
    writeFileSync(
      file(CHANGELOG),
      withLines(changelog, missing, name => descriptionAt(printed, name)),
    )
}

if (import.meta.main) {
  writeFileSync(file('schema.graphql'), printedSchema())
  nameAdditions()
  for (const fault of [...contractDifferences(), ...releaseFaults()]) process.stderr.write(`${fault}\n`)
}
