import type { Command } from './command.ts'
import { subjects } from './subjects.ts'

const program = 'npm run nightdrop --'

/** How one command is typed. */
export const usageOf = (name: string, { usage, summary }: Command): string =>
  `${program} ${`${name} ${usage}`.trim()} [--json]\n  ${summary}\n`

/** All commands, or those of one subject. */
export function overview(noun: string): string {
  const listed = Object.entries(subjects).filter(([name]) => noun === '' || name === noun)
  const commands = listed.flatMap(([name, subject]) =>
    Object.entries(subject.verbs).map(([verb, { usage, summary }]) => ({
      typed: [name, verb, usage].filter(Boolean).join(' '),
      summary,
    })),
  )
  const width = Math.min(Math.max(...commands.map(({ typed }) => typed.length)), 60)
  const rows = commands.map(({ typed, summary }) =>
    typed.length > width
      ? `  ${typed}\n  ${' '.repeat(width)}  ${summary}`
      : `  ${typed.padEnd(width)}  ${summary}`,
  )
  return [
    `Usage: ${program} SUBJECT VERB … [--json]`,
    '',
    ...rows,
    '',
    'Results are on standard output, everything else on standard error. Exit codes: 0 done, 1 failed, 2 wrong usage,',
    '3 not found, 4 conflict. Secrets are read from standard input or a file, and printed once; never an argument.',
    '',
  ].join('\n')
}
