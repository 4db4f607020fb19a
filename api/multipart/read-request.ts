import { MOST_CSV_BYTES, MOST_RECORDING_BYTES, SentFile } from '../../core/setup/sent-file.ts'
import { piecesWithin, TooLarge } from '../body.ts'
import { type GrowingBuffer, growingBuffer } from './growing-buffer.ts'
import { boundaryOf, MultipartFault, type PartHead, type PartPiece, readParts } from './parts.ts'

/**
 * A GraphQL request with files, as graphql-multipart-request-spec has it: `operations`, the request with null where
 * files belong; `map`, which part belongs where; then the files. Files are held in memory, so their number and sizes are
 * bounded while they are read.
 */
export interface MultipartRequest {
  /** The request itself, as JSON. */
  operations: string
  /** Where in it which file belongs. */
  places: readonly { path: readonly string[]; file: SentFile }[]
}

/** Of the two fields that are no file. */
const MOST_FIELD_BYTES = 1_048_576

/** The largest that any file may be; who takes it may want less. */
export const MOST_FILE_BYTES = Math.max(MOST_CSV_BYTES, MOST_RECORDING_BYTES)

/** A sample, a recording, and what is around them. */
export const MOST_REQUEST_BYTES = MOST_CSV_BYTES + MOST_RECORDING_BYTES + MOST_FIELD_BYTES

/** Throws MultipartFault for what is none, TooLarge for what is too much. `watched` sees the body's pieces first. */
export async function readMultipart(
  request: Request,
  watched: (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> = pieces => pieces,
): Promise<MultipartRequest> {
  const boundary = boundaryOf(request.headers.get('content-type'))
  if (boundary === undefined) throw new MultipartFault('The content type names no boundary.')
  const fields = new Map<string, string>()
  const files = new Map<string, SentFile>()
  let places: Map<string, string[][]> | undefined
  const length = Number(request.headers.get('content-length') ?? 0)
  const parts = readParts(watched(piecesWithin(request, MOST_REQUEST_BYTES)), boundary)
  for await (const { head, body } of wholeParts(parts, length, allowed)) {
    if (fields.has(head.name) || files.has(head.name))
      throw new MultipartFault(`The part ${JSON.stringify(head.name)} comes twice.`)
    if (isField(head)) {
      fields.set(head.name, body.toString())
      if (head.name === 'map') places = readMap(body.toString())
    } else files.set(head.name, new SentFile(head.fileName ?? '', head.mediaType, body))
  }
  return assembled(fields, places, files)

  /** In the order of the specification, whoever sends files has said before what they are for. */
  function allowed(head: PartHead): number {
    if (isField(head)) return MOST_FIELD_BYTES
    if (!fields.has('operations') || !places)
      throw new MultipartFault('"operations" comes first, then "map", then the files.')
    if (!places.has(head.name))
      throw new MultipartFault(`The map does not say where the file ${JSON.stringify(head.name)} belongs.`)
    return MOST_FILE_BYTES
  }
}

const isField = ({ name }: PartHead) => name === 'operations' || name === 'map'

/** Each part whole, as large as `allowed` says it may be. `length` is what the request promised, or nothing. */
async function* wholeParts(
  pieces: AsyncIterable<PartPiece>,
  length: number,
  allowed: (head: PartHead) => number,
): AsyncGenerator<{ head: PartHead; body: Buffer }, void, undefined> {
  let part: { head: PartHead; most: number; bytes: GrowingBuffer } | undefined
  const whole = ({ head, bytes }: NonNullable<typeof part>) => ({ head, body: bytes.whole() })
  for await (const piece of pieces) {
    if (!('bytes' in piece)) {
      if (part) yield whole(part)
      const most = allowed(piece)
      part = { head: piece, most, bytes: growingBuffer(Math.min(most, length)) }
    } else if (part) {
      if (part.bytes.size + piece.bytes.length > part.most) throw new TooLarge(part.most)
      part.bytes.add(piece.bytes)
    }
  }
  if (part) yield whole(part)
}

function assembled(
  fields: ReadonlyMap<string, string>,
  places: ReadonlyMap<string, string[][]> | undefined,
  files: ReadonlyMap<string, SentFile>,
): MultipartRequest {
  const operations = fields.get('operations')
  if (operations === undefined) throw new MultipartFault('The part "operations" is missing.')
  const missing = [...(places?.keys() ?? [])].find(name => !files.has(name))
  if (missing !== undefined)
    throw new MultipartFault(`The map promises a file ${JSON.stringify(missing)}, which did not come.`)
  return {
    operations,
    places: [...files].flatMap(([name, file]) => (places?.get(name) ?? []).map(path => ({ path, file }))),
  }
}

const MOST_PLACES = 10

function readMap(text: string): Map<string, string[][]> {
  const map = parsed(text)
  const entries = map !== null && typeof map === 'object' && !Array.isArray(map) ? Object.entries(map) : []
  const sound = entries.every(
    ([, paths]) => Array.isArray(paths) && paths.every(path => typeof path === 'string'),
  )
  if (!sound || entries.length > MOST_PLACES)
    throw new MultipartFault(
      'The map is JSON such as { "0": ["variables.input.sampleCsv"] }: each file by its part\'s name.',
    )
  return new Map(
    entries.map(([name, paths]) => [name, (paths as string[]).map(path => path.split('.'))] as const),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
