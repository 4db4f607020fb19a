import { FileRefused } from '../../../../core/imports/problem.ts'
import type { Reading, Rejection, RowsChunk, Summary } from '../../../../core/imports/reading/chunk.ts'
import type { ReadContactFileOptions } from '../../../../core/imports/reading/read-contact-file.ts'
import { readContactFile } from '../../../../core/imports/reading/read-contact-file.ts'
import { stagingColumns } from '../../../../core/imports/reading/staging.ts'
import type { ColumnTemplate } from '../../../../core/templates/template.ts'

export interface WholeReading {
  chunks: RowsChunk[]
  summary: Summary
  /** Staged rows, as PostgreSQL would read them from the COPY text. */
  rows: Record<string, string | null>[]
  rejections: Rejection[]
  rejectedCsv: string
}

const unescape: Record<string, string> = { '\\\\': '\\', '\\t': '\t', '\\n': '\n', '\\r': '\r' }

export const copyRows = (copy: Buffer) =>
  copy
    .toString()
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const values = line.split('\t')
      if (values.length !== stagingColumns.length)
        throw new Error(`COPY text of ${values.length} columns: ${line}`)
      return Object.fromEntries(
        stagingColumns.map(({ name }, index) => {
          const value = values[index] ?? ''
          return [
            name,
            value === '\\N' ? null : value.replaceAll(/\\[\\tnr]/g, found => unescape[found] ?? found),
          ]
        }),
      )
    })

export async function* inPieces(bytes: Uint8Array, sizes: readonly number[]) {
  let at = 0
  for (let piece = 0; at < bytes.length; piece++) {
    const end = at + Math.max(1, sizes[piece % sizes.length] ?? bytes.length)
    yield bytes.subarray(at, end)
    at = end
  }
}

export type Options = Partial<ReadContactFileOptions> & { pieces?: readonly number[] }

export const readAll = async (
  file: string | Buffer,
  template: ColumnTemplate,
  { pieces = [1e9], ...options }: Options = {},
): Promise<WholeReading> => {
  const bytes = Buffer.from(file)
  const readings: Reading[] = []
  for await (const reading of readContactFile(inPieces(bytes, pieces), {
    template,
    size: bytes.length,
    ...options,
  }))
    readings.push(reading)
  const chunks = readings.filter(reading => reading.kind === 'rows')
  const summary = readings.at(-1)
  if (summary?.kind !== 'summary') throw new Error('The reading ended without a summary')
  return {
    chunks,
    summary,
    rows: chunks.flatMap(chunk => copyRows(chunk.copy)),
    rejections: chunks.flatMap(chunk => chunk.rejections),
    rejectedCsv: Buffer.concat(chunks.map(chunk => chunk.rejectedCsv)).toString(),
  }
}

/** Why the file is refused. */
export const refusalOf = async (...given: Parameters<typeof readAll>) => {
  try {
    await readAll(...given)
  } catch (error) {
    if (error instanceof FileRefused) return error
    throw error
  }
  throw new Error('The file was not refused')
}
