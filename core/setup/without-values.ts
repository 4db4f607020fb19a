import type { RequestAnalysis } from './analyse.ts'

/** An analysis without what it quotes of its sample: headers and what was proposed stay, cells do not. */
export function withoutValues(kept: Record<string, unknown>): Record<string, unknown> {
  const analysis = kept as unknown as RequestAnalysis
  return {
    ...analysis,
    columns: analysis.columns.map(column => ({ ...column, examples: [] })),
    problems: analysis.problems.map(problem => ({
      ...problem,
      message: 'What was said here quoted the sample, and was deleted with it.',
      details: null,
    })),
  }
}
