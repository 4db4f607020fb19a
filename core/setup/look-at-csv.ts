import { type AnalyseOptions, analyseSample } from './analysis/analyse-sample.ts'
import type { SampleAnalysis } from './analysis/sample-analysis.ts'
import { nameInRows } from './name-in-rows.ts'

export interface CsvQuestion extends AnalyseOptions {
  /** Of the recording that came along, if one did. */
  recordingName: string | null
}

export interface CsvFinding {
  analysis: SampleAnalysis
  /** The cell that names the recording. */
  namingCell: string | null
}

/** What a CSV says about itself, and of the recording that came along. Takes a second or so for 25 MB. */
export function lookAtCsv(bytes: Buffer, { recordingName, ...options }: CsvQuestion): CsvFinding {
  const analysis = analyseSample(bytes, options)
  const namingCell =
    recordingName === null ? null : (nameInRows(bytes, analysis.dialect, recordingName) ?? null)
  return { analysis, namingCell }
}
