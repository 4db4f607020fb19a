import { type Calls, fresh, id, Upload } from '../call.ts'

export const agentCalls: Calls = {
  'Mutation.upsertAgents': {
    arguments: { agents: [{ name: 'Ann' }], tenantId: id('Tenant') },
  },
  'Mutation.importAgents': {
    arguments: { file: new Upload('agents.csv', 'name\nAnn\n'), preview: false, tenantId: id('Tenant') },
  },
  'Mutation.linkAgentKey': { arguments: { agentKey: 'ext. 1', agentId: id('Agent') } },
  'Mutation.setAgentActive': { arguments: { id: id('Agent'), active: false } },
}

export const tokenCalls: Calls = {
  'Query.viewer': { arguments: {} },
  'Mutation.createApiToken': {
    arguments: { name: 'n', role: 'READER', expiresAt: null, tenantId: id('Tenant') },
  },
  'Mutation.revokeApiToken': { arguments: { id: fresh('ApiToken') } },
}

let references = 0

export const evaluationCalls: Calls = {
  'Mutation.recordEvaluation': {
    get arguments() {
      return { evaluation: anEvaluation(), tenantId: id('Tenant') }
    },
  },
  'Mutation.recordEvaluations': {
    get arguments() {
      return { evaluations: [anEvaluation()], tenantId: id('Tenant') }
    },
    // Each evaluation has an answer of its own: REFUSED.
    select: '{ status contact { id } problem { code message } }',
    foreign: { 'evaluations.0.contactId': 'data' },
  },
  'Mutation.withdrawEvaluation': {
    arguments: { evaluationReference: 'none', tenantId: id('Tenant') },
    answers: 'NOT_FOUND',
  },
}

const anEvaluation = () => ({
  contactId: id('Contact'),
  evaluationReference: `e${++references}`,
  evaluatedAt: null,
})
