import process from 'node:process'
import { runCommand } from './commands/run-command.ts'

// `npm run nightdrop -- <subject> <verb> …`: what operators do from a shell.
process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  standardInput: process.stdin,
  print: text => process.stdout.write(text),
  note: words => process.stderr.write(`${words}\n`),
})
