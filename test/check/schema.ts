import { committedSchema, contractDifferences, printedSchema } from '../../schema/print.ts'

// The SDL is committed, so that a change of the API is a diff; what it shares with the contract is word for word.
const faults = contractDifferences()
if (printedSchema() !== committedSchema())
  faults.push(
    'schema/schema.graphql is not what the schema prints: run node schema/print.ts and read the diff',
  )
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
