/**
 * An archive is a stored `.zip`. Its entries are files of their own, below its path: `/night.zip/calls.csv`. The
 * archive itself is never read as contacts, whatever a template's pattern says.
 */
export const isArchive = (path: string): boolean => /[^/]\.zip$/i.test(path)

/** The path that patterns look at: of an archive's entry the one inside, without `.gz` in any case. */
export const patternPath = (path: string): string =>
  path.replace(/^.*[^/]\.zip(?=\/)/i, '').replace(/(?<=.)\.gz$/i, '')

/** What would have to be unpacked once more. */
export const isPacked = (name: string): boolean => /\.(?:zip|gz|tgz|tar|bz2|xz|zst|7z|rar|z)$/i.test(name)

/** What packers of some systems add by themselves. */
export const isAddedByPacker = (name: string): boolean =>
  name.startsWith('__MACOSX/') || /(?:^|\/)(?:\.[^/]*|Thumbs\.db|desktop\.ini)$/i.test(name)
