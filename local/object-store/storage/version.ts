import { randomBytes } from 'node:crypto'

/** A version of a key. All of it stands in the name of its file: no file is opened to know what a bucket has. */
export interface Version {
  /** `null`, or an id of ours, which begins with `at`. */
  readonly id: string
  /** When it came, in hex: a key's versions order by it as text. Empty before versioning: older than any other. */
  readonly at: string
  /** A delete marker: from here on the key is gone, though its older versions are not. */
  readonly marker: boolean
}

/** The one version of a key in a bucket that never had versioning. */
export const unversioned: Version = { id: 'null', at: '', marker: false }

interface Coming {
  readonly now: number
  readonly marker: boolean
  /** Replaces whatever is `null`, as while versioning is suspended. */
  readonly asNull: boolean
}

/** Newer than the key's newest, whatever the clock does. */
export const newVersion = ({ now, marker, asNull }: Coming, newest: Version | undefined): Version => {
  const time = Math.max(now, Number.parseInt(newest?.at || '0', 16) + 1)
  const at = time.toString(16).padStart(12, '0')
  return { id: asNull ? 'null' : at + randomBytes(10).toString('hex'), at, marker }
}

/** Ids come from requests too. */
export const isVersionId = (text: string): boolean => /^(null|[0-9a-f]{32})$/.test(text)

/** How a file's name ends: `null`, `<at>null` or `<id>`, and `.marker` behind it. */
export const versionSuffix = ({ id, at, marker }: Version): string =>
  `${id === 'null' ? at : ''}${id}${marker ? '.marker' : ''}`

export const readSuffix = (suffix: string): Version | undefined => {
  const [match, at = '', tail, marker] =
    /^(?:([0-9a-f]{12})([0-9a-f]{20}|null)|null)(\.marker)?$/.exec(suffix) ?? []
  if (match === undefined) return undefined
  return {
    id: tail === undefined || tail === 'null' ? 'null' : at + tail,
    at,
    marker: marker !== undefined,
  }
}
