import { withoutTest } from '../files/paths.ts'
import { isArchive, patternPath } from '../imports/packed/archive-names.ts'

/** What of a path patterns never see is nothing that a pattern may hold: it would fit no file, and nobody would know why. */
export const unmatchedFault = (pattern: string): string | null => {
  const choices = choicesOf(pattern)
  const seen = choices.map(choice => patternPath(withoutTest(choice)))
  if (choices.some((choice, index) => choice === seen[index] && !isArchive(choice))) return null
  const files = seen.filter(choice => !isArchive(choice)).map(choice => `"${choice}"`)
  return files.length === 0
    ? 'This file pattern fits archives alone, and an archive itself is never read: its entries are, by their paths inside. Write a pattern of these, such as "/**/*.csv".'
    : `This file pattern fits no file: patterns look at a path without .gz, after /test, and inside its archive. Write ${files.join(' or ')}.`
}

/** A pattern for each alternative of its last braces. */
const choicesOf = (pattern: string): string[] => {
  const [, before = '', choices, after = ''] = /^(.*)\{([^{}]*)\}(.*)$/.exec(pattern) ?? []
  return choices === undefined ? [pattern] : choices.split(',').map(choice => `${before}${choice}${after}`)
}
