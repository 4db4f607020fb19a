import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { notFound } from '../../core/refusal.ts'
import type { Call, Command } from './command.ts'
import { exitCodes, tell, UsageFault } from './faults.ts'
import { overview, usageOf } from './help.ts'
import { type Reached, reach } from './reach.ts'
import { subjects } from './subjects.ts'

export interface Outside {
  env: NodeJS.ProcessEnv
  standardInput: NodeJS.ReadableStream
  /** Results alone. */
  print: (text: string) => void
  note: (words: string) => void
}

const everywhere = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig

/** Runs one command and answers the exit code. */
export async function runCommand(typed: readonly string[], outside: Outside): Promise<number> {
  const json = typed.includes('--json')
  try {
    const { name, command, rest } = find(typed)
    if (!command || rest.includes('--help') || rest.includes('-h')) {
      const asked = command ? usageOf(name, command) : overview(name)
      outside.print(asked)
      return exitCodes.done
    }
    const result = await run(name, command, rest, outside)
    outside.print(json ? `${JSON.stringify(result.value, undefined, 2)}\n` : lines(result.text))
    return result.failed ? exitCodes.failed : exitCodes.done
  } catch (error) {
    const { exitCode, ...told } = tell(error)
    if (json) outside.print(`${JSON.stringify({ error: told }, undefined, 2)}\n`)
    outside.note(told.message)
    return exitCode
  }
}

/** The command that the first words name; none when help is asked for, or nothing. */
function find(typed: readonly string[]): { name: string; command?: Command; rest: string[] } {
  const [noun = '', verb = '', ...after] = typed.filter(word => word !== '--json')
  if (noun === 'help' || asksForHelp(noun)) return { name: '', rest: [] }
  const subject = own(subjects, noun)
  if (!subject) throw new UsageFault(`${unknown(noun)}\n\n${overview('')}`)
  const byItself = subject.verbs['']
  if (byItself) return { name: noun, command: byItself, rest: verb === '' ? after : [verb, ...after] }
  if (asksForHelp(verb)) return { name: noun, rest: [] }
  const command = own(subject.verbs, verb)
  if (!command && verb.startsWith('-')) throw new UsageFault(`${unknown(verb)}\n\n${overview(noun)}`)
  if (!command) throw new UsageFault(`There is no "${noun} ${verb}".\n\n${overview(noun)}`)
  return { name: `${noun} ${verb}`, command, rest: after }
}

const asksForHelp = (word: string) => ['', '--help', '-h'].includes(word)

const unknown = (word: string) =>
  word.startsWith('-')
    ? `Options stand behind the command: there is no command "${word}".`
    : `There is no command "${word}".`

/** Every object also has what all objects have, such as `constructor`. */
const own = <T>(named: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(named, word) ? named[word] : undefined

async function run(name: string, command: Command, rest: string[], outside: Outside) {
  const { words, values } = parsed(name, command, rest)
  let reached: Promise<Reached> | undefined
  const call: Call = {
    ...outside,
    words,
    option: key => text(values[key]),
    needed: key => {
      const value = text(values[key])
      if (value === undefined) throw new UsageFault(`--${key} is missing.\n\n${usageOf(name, command)}`)
      return value
    },
    every: key => [values[key] ?? []].flat().map(String),
    flag: key => values[key] === true,
    read: file => (file === undefined || file === '-' ? buffer(outside.standardInput) : contentOf(file)),
    clock: () => new Date(),
    reach: () => (reached ??= reach(outside.env, outside.note)),
  }
  try {
    return await command.run(call)
  } finally {
    await (await reached?.catch(() => undefined))?.[Symbol.asyncDispose]()
  }
}

async function contentOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notFound(`The file ${file}`)
    throw error
  }
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

function parsed(name: string, command: Command, rest: string[]): { words: string[]; values: Values } {
  const fault = (words: string) => new UsageFault(`${words}\n\n${usageOf(name, command)}`)
  const secret = rest.find(word => /(^|=)nd[tsc]_[\w-]{20,}/.test(word) || word.includes('PRIVATE KEY'))
  if (secret !== undefined)
    throw fault('A secret stood among the arguments, where others can read it: it comes by standard input.')
  let read: { positionals: string[]; values: Values }
  try {
    const options = { ...command.options, ...everywhere }
    read = parseArgs({ args: rest, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw fault(inWords(error))
  }
  const { least, most } = wordsOf(command.usage)
  const { positionals: words, values } = read
  if (words.length < least) throw fault('Something is missing.')
  if (words.length > most) throw fault(`"${words[most]}" is one word too many.`)
  return { words, values }
}

/** Node's own words for an option that is not there go on about what nobody typed. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  const [, option] = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? (/'(-[^']*)'/.exec(error.message) ?? []) : []
  return option === undefined ? error.message : `There is no option ${option}.`
}

/** How many words a usage line takes: capitals by themselves are needed, in brackets they may be left out. */
function wordsOf(usage: string): { least: number; most: number } {
  const plain = usage.replaceAll(/\[--[^\]]*\]/g, '').replaceAll(/--[\w-]+ [A-Z]+/g, '')
  const optional = plain.match(/\[[A-Z]+(\.\.\.)?\]/g) ?? []
  const needed = plain.replaceAll(/\[[^\]]*\]/g, '').match(/[A-Z]+(\.\.\.)?/g) ?? []
  const open = [...optional, ...needed].some(word => word.includes('...'))
  return { least: needed.length, most: open ? 1_000 : needed.length + optional.length }
}

const text = (value: Values[string]) => (typeof value === 'string' ? value : undefined)
const lines = (words: string) => (words === '' || words.endsWith('\n') ? words : `${words}\n`)
