import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import DrizzlePlugin from '@pothos/plugin-drizzle'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import { getTableConfig } from 'drizzle-orm/pg-core'
import type { Role } from '../core/access/roles.ts'
import { Refusal } from '../core/refusal.ts'
import type { SentFile } from '../core/setup/sent-file.ts'
import { relations } from '../db/db.ts'
import type { Context } from './context.ts'
import './guard.ts'
import { clientOf } from './client.ts'
import { encodeNodeId } from './node-id.ts'
import { DEFAULT_PAGE } from './page-size.ts'
import type { JsonObject } from './scalars.ts'

export interface SchemaTypes {
  Context: Context
  DrizzleRelations: typeof relations
  AuthScopes: { roles: readonly Role[] }
  Connection: { totalCount: () => Promise<number> }
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    BigInt: { Input: number; Output: number }
    File: { Input: SentFile; Output: never }
    JSON: { Input: JsonObject; Output: JsonObject }
  }
}

/** Costs above this are refused: some hundred pages of 50, or a page of 200 with a list in each. */
export const MOST_COMPLEXITY = 20_000

export const builder = new SchemaBuilder<SchemaTypes>({
  // The guard comes first: what it says about roles, scope-auth enforces.
  plugins: ['guard', ScopeAuthPlugin, RelayPlugin, DrizzlePlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  drizzle: { client: clientOf, getTableConfig, relations },
  scopeAuth: {
    authScopes: ({ caller }) => ({
      roles: allowed => caller !== undefined && allowed.includes(caller.role),
    }),
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, { caller }) =>
      caller
        ? new Refusal('FORBIDDEN', `A token with role ${caller.role} may not do this.`)
        : new Refusal('UNAUTHENTICATED', 'This needs a token: send it as Authorization: Bearer …'),
  },
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    encodeGlobalID: (type, id) => encodeNodeId(type, String(id)),
    nodesOnConnection: { complexity: { field: 0, multiplier: 1 } },
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      complexity: { field: 0, multiplier: 1 },
    },
    defaultConnectionFieldOptions: {
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? DEFAULT_PAGE }),
    },
    nodeFieldOptions: { nullable: false, complexity: 0 },
    pageInfoFieldOptions: { complexity: 0 },
  },
  complexity: {
    defaultComplexity: 1,
    defaultListMultiplier: 5,
    limit: { complexity: MOST_COMPLEXITY },
    complexityError: () =>
      new Refusal('LIMITED', 'This asks for too much at once: ask for smaller pages or fewer fields.'),
  },
})

builder.queryType({})
builder.mutationType({})
builder.subscriptionType({})
