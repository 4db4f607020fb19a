/** Names that the audit trail gives to those who act without a token of their own. */
const OTHERS = /^(system|staff|claim link|(operator|sftp) ?:.*)$/

/**
 * What is wrong with the name of a token, in words; none when nothing is. The trail has a deed under the name of the
 * token it was done with, so that no token may be called as the trail calls somebody else.
 */
export function tokenNameFault(name: string): string | undefined {
  if (name.trim() === '' || name.length > 100 || /\p{Cc}/u.test(name))
    return 'A name has 1 to 100 characters, all of them printable.'
  if (OTHERS.test(asRead(name)))
    return `The audit trail calls somebody else "${name.trim()}": choose another name.`
  return undefined
}

/** As people read it: case, width, blanks, and characters that nobody sees make no difference. */
const asRead = (name: string) =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
