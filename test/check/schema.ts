import { committedSchema, contractDifferences, printedSchema, releaseFaults } from '../../schema/print.ts'

// The SDL is committed, so that a change of the API is a diff; what it shares with the contract is word for word, and
// what clients of the last release use stays.
const faults = [...contractDifferences(), ...releaseFaults()]
if (printedSchema() !== committedSchema())
  faults.push(
    'schema/schema.graphql is not what the schema prints: run node schema/print.ts and read the diff',
  )
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
