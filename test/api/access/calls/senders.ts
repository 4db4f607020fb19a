import { newEd25519Pair } from '../../../../core/accounts/private-key/key-pair.ts'
import { type Calls, fresh, id } from '../call.ts'

export const senderCalls: Calls = {
  'Query.unattributedConnections': { arguments: { address: null } },
  'Mutation.createSftpAccount': { arguments: { username: null, tenantId: id('Tenant') } },
  'Mutation.setSftpAccountEnabled': { arguments: { id: id('SftpAccount'), enabled: true } },
  'Mutation.setAllowedNetworks': { arguments: { id: id('SftpAccount'), networks: ['203.0.113.0/24'] } },
  'Mutation.addSshKey': {
    get arguments() {
      const { type, publicBlob } = newEd25519Pair()
      const publicKey = `${type} ${publicBlob.toString('base64')}`
      return { accountId: id('SftpAccount'), label: 'l', publicKey, expiresAt: null }
    },
  },
  'Mutation.generateSshKey': {
    arguments: {
      accountId: id('SftpAccount'),
      label: 'l',
      algorithm: 'ED25519',
      format: 'OPENSSH',
      expiresAt: null,
    },
  },
  'Mutation.revokeSshKey': { arguments: { id: fresh('SshKey') } },
}
