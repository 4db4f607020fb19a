import type { ParseArgsOptionsConfig } from 'node:util'
import type { Reached } from './reach.ts'

/** What a command is about: a noun of the product, with what can be done to it. */
export interface Subject {
  /** A few words for the list of all subjects. */
  summary: string
  /** By verb; one named `''` is what the subject does by itself. */
  verbs: Readonly<Record<string, Command>>
}

export interface Command {
  /** What follows the verb, such as `SLUG [--name NAME]`: words in capitals are given, brackets may be left out. */
  usage: string
  summary: string
  options?: ParseArgsOptionsConfig
  run(call: Call): Promise<Result>
}

/** One use of a command. */
export interface Call {
  /** What stood after the verb, as many as `usage` names. */
  words: readonly string[]
  option: (name: string) => string | undefined
  /** An option that must be there; what is missing is a fault of usage. */
  needed: (name: string) => string
  /** All values of an option that may be given several times. */
  every: (name: string) => readonly string[]
  flag: (name: string) => boolean
  /** A file's content; `-`, or no name, is standard input. */
  read: (file: string | undefined) => Promise<Buffer>
  /** A word on standard error, for people. */
  note: (words: string) => void
  env: NodeJS.ProcessEnv
  clock: () => Date
  /** The database and the vault that the environment names, or the embedded ones; opened with the first use. */
  reach: () => Promise<Reached>
}

export interface Result {
  /** What `--json` prints. */
  value: unknown
  /** What people read, on standard output. */
  text: string
  /** Set when what was asked for is done and its answer is bad news, such as a check that failed. */
  failed?: boolean
}
