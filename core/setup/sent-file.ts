/** A file that was sent along with a request, whole in memory: samples and lists only, bulk goes by SFTP. */
export class SentFile {
  /** As the sender calls it, without folders; never empty. */
  readonly fileName: string
  /** As the sender's program says. */
  readonly mediaType: string
  readonly bytes: Buffer

  constructor(fileName: string, mediaType: string, bytes: Buffer) {
    this.fileName = nameAlone(fileName)
    this.mediaType = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(mediaType)
      ? mediaType.toLowerCase()
      : 'application/octet-stream'
    this.bytes = bytes
  }
}

const MIB = 2 ** 20

export const MOST_CSV_BYTES = 25 * MIB
export const MOST_RECORDING_BYTES = 20 * MIB

/** Old browsers send the whole path, and a name may hold anything. */
function nameAlone(sent: string): string {
  const name = sent
    .slice(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim()
  return name.slice(0, 200).toWellFormed() || 'unnamed'
}
