import { foldAgentKey } from '../../templates/agent-key.ts'
import type { AgentKey } from '../../templates/template.ts'
import { cellKind } from './cell-kind.ts'
import type { HeaderReading } from './read-header.ts'

/** One key that a tenant's agent is known by, folded as files are; an alias counts for every kind. */
export interface KnownAgentKey {
  agentId: string
  kind: AgentKey | 'ALIAS'
  key: string
}

export interface AgentsNamed {
  agentKey: AgentKey
  /** Of the agents named, how many are known; null when none are kept, or none is named. */
  share: number | null
  /** As the file writes them. */
  unknown: string[]
  /** Names, where most agents kept have an email address: who is meant is not sure. */
  byNameOnly: boolean
}

/** By which of an agent's names the sample calls them, and who of them is known. */
export const agentsNamed = (
  header: HeaderReading,
  named: readonly string[],
  known: readonly KnownAgentKey[],
): AgentsNamed => {
  const written = writtenKey(header, named)
  const keysBy = (kind: AgentKey) =>
    new Set(known.filter(key => key.kind === kind || key.kind === 'ALIAS').map(({ key }) => key))
  const unknownBy = (kind: AgentKey) => {
    const keys = keysBy(kind)
    return named.filter(name => !keys.has(foldAgentKey(name)))
  }
  const kinds: AgentKey[] = [written, 'EMAIL', 'USERNAME', 'EXTERNAL_ID', 'NAME']
  // The way it looks, unless the agents kept answer to another way.
  const best = kinds
    .map(kind => ({ kind, unknown: unknownBy(kind) }))
    .reduce((one, other) => (other.unknown.length < one.unknown.length ? other : one))
  const agents = new Set(known.map(({ agentId }) => agentId)).size
  const withEmail = new Set(known.filter(({ kind }) => kind === 'EMAIL').map(({ agentId }) => agentId)).size
  return {
    agentKey: best.kind,
    share: agents === 0 || named.length === 0 ? null : (named.length - best.unknown.length) / named.length,
    unknown: agents === 0 ? [] : best.unknown,
    byNameOnly: best.kind === 'NAME' && agents > 0 && withEmail >= agents / 2,
  }
}

const writtenKey = (header: HeaderReading, named: readonly string[]): AgentKey => {
  const share = (fits: (cell: string) => boolean) =>
    named.length === 0 ? 0 : named.filter(fits).length / named.length
  if (share(cell => cellKind(cell) === 'email') > 0.6) return 'EMAIL'
  if (share(cell => /^\d+$/.test(cell) || ['uuid', 'hex'].includes(cellKind(cell))) > 0.6)
    return header.has('login') ? 'USERNAME' : 'EXTERNAL_ID'
  if (share(cell => cellKind(cell) === 'name') > 0.6) return header.has('login') ? 'USERNAME' : 'NAME'
  if (header.has('login')) return 'USERNAME'
  if (header.has('name')) return 'NAME'
  if (header.has('id') || header.has('number') || header.has('extension')) return 'EXTERNAL_ID'
  return share(cell => /^\p{Lu}\p{Ll}+$/u.test(cell)) > 0.6 ? 'NAME' : 'USERNAME'
}
