/**
 * The tree that one account sees: its tenant's files and folders, with `/reports` read-only in it.
 * Paths are absolute and normalised (`/a/b`, never `..`, no trailing slash but the root's) before they come here.
 * Refusals: NOT_FOUND, FORBIDDEN (read-only places), CONFLICT (it exists, it is no folder, it is not empty), LIMITED.
 */
export interface FileTree {
  list(path: string): Promise<Entry[]>
  stat(path: string): Promise<Entry>
  makeFolder(path: string): Promise<void>
  removeFolder(path: string): Promise<void>
  /** Takes the file off the listing; destroying it is retention's. */
  remove(path: string): Promise<void>
  /** Files and folders. `overwrite` takes a file that stands at `to` off the listing, as posix-rename does. */
  rename(from: string, to: string, overwrite: boolean): Promise<void>
  /** Keeps the sender's time of last change; anything else a client sets is accepted and ignored by the edge. */
  setModified(path: string, modified: Date): Promise<void>
  openRead(path: string): Promise<ReadHandle>
  openWrite(path: string, mode: WriteMode): Promise<WriteHandle>
}

export interface Entry {
  /** The last segment of `path`; empty for the root. */
  name: string
  path: string
  kind: 'file' | 'folder'
  /** Bytes; 0 for folders. */
  size: number
  modified: Date
  readOnly: boolean
}

/**
 * replace: a new version from the first byte on (CREAT with or without TRUNC).
 * exclusive: as replace, refused with CONFLICT when a file of that name is listed.
 * append: adds to what the path lists or to an upload that was cut off. Refused in words, since a stored version is
 *         never changed in place; as replace when there is nothing, or nothing in it.
 */
export type WriteMode = 'replace' | 'exclusive' | 'append'

export interface ReadHandle {
  readonly entry: Entry
  /** Fewer bytes than asked only at the end; an empty buffer past it. */
  read(offset: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

export interface WriteHandle {
  /** The size is what has been taken so far, in order. */
  entry(): Entry
  /**
   * Takes the bytes, in any order within a bounded window; resolves once they are taken, and is slow while the
   * store is slow. Refused with LIMITED when the offset lies too far ahead, CONFLICT when another session took over.
   * The buffer belongs to the handle from here on.
   */
  write(offset: number, bytes: Buffer): Promise<void>
  setModified(modified: Date): void
  /** Resolves when all bytes are in the object store and file row and job are committed. Rejects otherwise. */
  close(): Promise<void>
  /** The connection ended or the server stops: the upload stays INCOMPLETE, with why. Never rejects. */
  abort(reason: string): Promise<void>
}
