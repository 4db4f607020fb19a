import { type Calls, id } from '../call.ts'

let slugs = 0

export const tenantCalls: Calls = {
  'Query.node': { arguments: { id: id('Contact') } },
  'Query.nodes': { arguments: { ids: [id('Contact')] } },
  'Query.tenant': { arguments: { id: id('Tenant') } },
  'Query.tenants': { arguments: { search: null } },
  'Mutation.createTenant': {
    get arguments() {
      return { input: { name: 'New', slug: `new-${++slugs}` } }
    },
  },
  'Mutation.inviteAdministrator': { arguments: { tenantId: id('Tenant'), name: 'Ann' } },
  'Mutation.updateTenant': { arguments: { id: id('Tenant'), settings: { name: 'Renamed' } } },
}
