import type { IFormat } from 'music-metadata'
import { parseFromTokenizer } from 'music-metadata'
import type { IReadChunkOptions } from 'strtok3'
import { AbstractTokenizer, EndOfStreamError } from 'strtok3'
import { BLOCK_BYTES, type ByteSource, MOST_BLOCKS } from './byte-source.ts'

/** A source as music-metadata reads it, by random access. */
class SourceTokenizer extends AbstractTokenizer {
  override fileInfo: { size: number; mimeType: string }
  readonly #source: ByteSource

  constructor(source: ByteSource, mimeType: string) {
    super({ maxBufferSize: BLOCK_BYTES * MOST_BLOCKS })
    this.#source = source
    this.fileInfo = { size: source.size, mimeType }
  }

  override async peekBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { position, length, mayBeLess } = this.normalizeOptions(target, options)
    const bytes = await this.#source.read(position, position + length)
    if (bytes.length < length && !mayBeLess) throw new EndOfStreamError()
    target.set(bytes)
    return bytes.length
  }

  override async readBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { position } = this.normalizeOptions(target, options)
    const count = await this.peekBuffer(target, options)
    this.position = position + count
    return count
  }

  override supportsRandomAccess(): boolean {
    return true
  }

  setPosition(position: number): void {
    this.position = position
  }
}

/**
 * What music-metadata says of a source whose media type is known already: it is not asked to guess, since noise would
 * make it read everything. Throws what it throws; the source bounds what it reads.
 */
export async function readFormat(source: ByteSource, mediaType: string): Promise<IFormat> {
  const tokenizer = new SourceTokenizer(source, mediaType)
  const { format } = await parseFromTokenizer(tokenizer, { skipCovers: true, duration: false })
  return format
}
