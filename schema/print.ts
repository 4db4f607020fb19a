import { readFileSync, writeFileSync } from 'node:fs'
import { printSchema } from 'graphql'
import { differences } from './contract-difference.ts'
import { schema } from './index.ts'

const file = (name: string) => new URL(name, import.meta.url)

/** The SDL as it is committed in schema.graphql. */
export const printedSchema = (): string => `${printSchema(schema)}\n`

export const committedSchema = (): string => readFileSync(file('schema.graphql'), 'utf8')

/** What the printed schema says otherwise than the contract. */
export const contractDifferences = (): string[] =>
  differences(printedSchema(), readFileSync(file('contract.graphql'), 'utf8'))

if (import.meta.main) {
  writeFileSync(file('schema.graphql'), printedSchema())
  for (const difference of contractDifferences()) process.stderr.write(`${difference}\n`)
}
