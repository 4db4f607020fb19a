import type { RequestAnalysis } from '../core/setup/analyse.ts'
import type {
  ColumnTemplateDraft as Draft,
  SampleColumn as Found,
} from '../core/setup/analysis/sample-analysis.ts'
import type { SampleRecording as Recording } from '../core/setup/describe-sample-recording.ts'
import { builder } from './builder.ts'
import { Column, Dialect } from './column-template.ts'
import { Problem } from './problem.ts'
import { AgentKey, ContactField } from './template-enums.ts'

const SampleColumn = builder.objectRef<Found>('SampleColumn').implement({
  fields: t => ({
    position: t.exposeInt('position'),
    header: t.exposeString('header', { nullable: true }),
    examples: t.exposeStringList('examples'),
    guess: t.expose('guess', { type: ContactField }),
    format: t.exposeString('format', { nullable: true }),
    alternatives: t.exposeStringList('alternatives', {
      description: 'Formats that fit every example as well; a person must choose.',
    }),
    confidence: t.exposeFloat('confidence', { description: '0 to 1.' }),
  }),
})

const ColumnTemplateDraft = builder.objectRef<Draft>('ColumnTemplateDraft').implement({
  fields: t => ({
    name: t.exposeString('name'),
    filePattern: t.exposeString('filePattern'),
    dialect: t.expose('dialect', { type: Dialect }),
    columns: t.expose('columns', { type: [Column] }),
    agentKey: t.expose('agentKey', { type: AgentKey }),
    timeZone: t.exposeString('timeZone'),
    emptyWords: t.exposeStringList('emptyWords'),
  }),
})

const SampleRecording = builder.objectRef<Recording>('SampleRecording').implement({
  fields: t => ({
    codec: t.exposeString('codec', { nullable: true }),
    durationSeconds: t.exposeFloat('durationSeconds', { nullable: true }),
    playable: t.exposeBoolean('playable'),
    namedByRow: t.exposeBoolean('namedByRow', { description: 'A row of the sample names this file.' }),
  }),
})

export const SampleAnalysis = builder.objectRef<RequestAnalysis>('SampleAnalysis').implement({
  fields: t => ({
    dialect: t.expose('dialect', {
      type: Dialect,
      nullable: true,
      description: 'Null when it is no text that can be read; problems say why.',
    }),
    rowCount: t.exposeInt('rowCount'),
    columns: t.expose('columns', { type: [SampleColumn] }),
    proposal: t.expose('proposal', {
      type: ColumnTemplateDraft,
      nullable: true,
      description: 'Null when nothing can be proposed.',
    }),
    problems: t.expose('problems', { type: [Problem] }),
    knownAgentShare: t.exposeFloat('knownAgentShare', {
      nullable: true,
      description: 'Of the agents the sample names, how many are known; null when none are kept yet.',
    }),
    recording: t.expose('recording', { type: SampleRecording, nullable: true }),
  }),
})
