/**
 * How recordings are called, by their senders' files and in the cells of contacts. A cell may hold a name, with or
 * without its ending, or a path of the recorder's own machine: `D:\Rec\a.wav`, `\\srv\rec\a.wav`, `rec/a`.
 */

/** Endings of sound, then of screen recordings. Nothing else is left off a name: `2026.01.31` has none. */
export const recordingEndings: ReadonlySet<string> = new Set(
  [
    ['wav', 'mp3', 'ogg', 'oga', 'opus', 'm4a', 'aac', 'flac', 'gsm', 'wma', 'amr', 'au', 'vox', 'mka'],
    ['mp4', 'm4v', 'webm', 'mkv', 'avi', 'mov', 'wmv', 'ogv', '3gp'],
  ].flat(),
)

/** The last segment of a path, whichever slash it is written with. */
export const nameIn = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

/** Without its ending when that is a recording's. */
const stemOf = (name: string): string => {
  const dot = name.lastIndexOf('.')
  return dot > 0 && recordingEndings.has(name.slice(dot + 1).toLowerCase()) ? name.slice(0, dot) : name
}

/** What a name and each recording that may fit it have in common: no drive, no folder, no ending, NFC, no case. */
export const recordingKey = (name: string): string =>
  stemOf(nameIn(withoutDrive(name)))
    .normalize('NFC')
    .toLowerCase()

/** `D:\a.wav` as `\a.wav`, and `D:a.wav` as `a.wav`. */
export const withoutDrive = (name: string): string => name.replace(/^[a-z]:/i, '')
