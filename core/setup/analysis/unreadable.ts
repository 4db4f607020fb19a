import type { Problem } from '../../imports/problem.ts'
import type { SampleAnalysis } from './sample-analysis.ts'

/** Of a sample that cannot be read nothing is said but why. */
export const unreadable = (problem: Problem): SampleAnalysis => ({
  dialect: null,
  rowCount: 0,
  columns: [],
  proposal: null,
  problems: [problem],
  knownAgentShare: null,
})
