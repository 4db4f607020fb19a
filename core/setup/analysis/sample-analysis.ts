import type { Problem } from '../../imports/problem.ts'
import type { AgentKey, Column, ContactField, Dialect } from '../../templates/template.ts'

/** What a sample file says about itself: how it is written, what its columns likely mean, and what is wrong with it. */
export interface SampleAnalysis {
  /** Null when it is no text that can be read; problems say why. */
  dialect: Dialect | null
  /** Records below the header, a row of totals among them, as an import would count them. */
  rowCount: number
  columns: SampleColumn[]
  /** Null when nothing can be proposed. */
  proposal: ColumnTemplateDraft | null
  problems: Problem[]
  /** Of the agents the sample names, how many are known; null when none are kept yet, or none is named. */
  knownAgentShare: number | null
}

export interface SampleColumn {
  /** From 1. */
  position: number
  /** Null where there is none. */
  header: string | null
  /** A few different cells, cut to a bounded length. */
  examples: string[]
  guess: ContactField
  /** The format that fits, or the likeliest of several: then `alternatives` has the others. */
  format: string | null
  /** Formats that fit every example as well; a person must choose. */
  alternatives: string[]
  /** How likely the guess is right, 0 to 1. */
  confidence: number
}

/**
 * A column template as the sample suggests it. It may lack what a template needs, where the sample does not show it; a
 * format that must be chosen is left out.
 */
export interface ColumnTemplateDraft {
  name: string
  filePattern: string
  dialect: Dialect
  columns: Column[]
  agentKey: AgentKey
  timeZone: string
  /** Words for "nothing" that the sample's cells hold. */
  emptyWords: string[]
}
