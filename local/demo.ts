import process from 'node:process'
import { runDemo } from './demo/run-demo.ts'
import { startStack } from './stack.ts'

// `npm run demo`: everything once, from a sender's upload to contacts behind GraphQL.
try {
  process.stderr.write('Starting PostgreSQL, the object store, api, sftp and worker …\n')
  await using stack = await startStack({ LOG_LEVEL: 'warn', ...process.env })
  await runDemo(stack)
} catch (error) {
  process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
