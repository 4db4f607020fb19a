import { characterFault } from '../templates/cell-checks.ts'

/** What is wrong with a text that a person wrote and that is kept as it is; line breaks are fine. */
export function textFault(text: string, longest: number): string | undefined {
  if (text.trim() === '') return 'Something has to be written here.'
  if (text.length > longest) return `At most ${longest} characters.`
  if (!text.isWellFormed()) return 'The text holds half a character. Leave it out.'
  const found = characterFault(text)
  return found === null ? undefined : `The text ${found}. Leave it out.`
}
