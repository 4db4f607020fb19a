/**
 * Whether text that was decoded as Windows-1252 can be meant. Nothing in a file says so: but in western languages a
 * letter with an accent stands alone among plain ones, and signs such as „ or ‡ do not stand inside words. Cyrillic,
 * Greek, Japanese or the old DOS encodings, read as Windows-1252, look different.
 */
export const looksWestern = (text: string): boolean => {
  let accented = 0
  let odd = 0
  for (const [run] of text.matchAll(/[\p{L}\P{ASCII}]*\P{ASCII}[\p{L}\P{ASCII}]*/gu)) {
    accented++
    if (isOdd(run)) odd++
    if (accented >= ENOUGH) break
  }
  return odd <= accented * 0.1
}

const ENOUGH = 5_000

/** Signs of 1252 that may stand in or beside words: quotes, dashes, the ordinal and degree signs, currencies. */
const SIGNS = /[\u00a0§©®°ºª·«»“”‘’„…–—€£¥•¡¿²³½¼¾×™±¢µ¨´`]/g

const isOdd = (run: string): boolean => {
  const bare = run.replaceAll(SIGNS, '')
  // oxlint-disable-next-line no-control-regex
  if (/[\u0080-\u009f]/.test(bare) || /[^\p{L}\p{M}]/u.test(bare)) return true
  if (/\P{ASCII}{3}/u.test(bare)) return true
  // „ and ” opening or closing a word are quotes; within one they are something else.
  if (/\p{L}[„…•™±¢¥¤†‡‰‹›¬¯¸¶¦÷”“]\p{L}/u.test(run)) return true
  return /\p{Ll}(?=\P{ASCII})\p{Lu}\p{Ll}/u.test(bare)
}

/** UTF-8 that was read as Windows-1252 and written down again: `Ã¼` for ü, `â€™` for ’. */
const GARBLED = /Ã[\u0080-¿‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-¿™œ“”˜]|Â[°§ ]/

/** A piece of the text that shows how it was garbled, or null. */
export const garbledPiece = (text: string): string | null => {
  const at = text.search(GARBLED)
  const lost = text.indexOf('\ufffd')
  const from = at < 0 ? lost : lost < 0 ? at : Math.min(at, lost)
  return from < 0
    ? null
    : (/[^\r\n,;\t|"]*$/.exec(text.slice(Math.max(0, from - 20), from))?.[0] ?? '') +
        (/^[^\r\n,;\t|"]{0,20}/.exec(text.slice(from))?.[0] ?? '')
}
