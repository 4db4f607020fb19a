import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { pino } from 'pino'
import type { FileTree } from '../../../core/files/file-tree.ts'
import type { HostKey } from '../../../sftp/host-keys.ts'
import { keptHostKeys } from '../../../sftp/host-keys.ts'
import type { SftpLimits } from '../../../sftp/limits.ts'
import { newPrivateKey } from '../../../sftp/new-key.ts'
import type { Authenticator, ConnectionEnd, KeyOffer, Login, RefusedAttempt } from '../../../sftp/ports.ts'
import type { SftpServer } from '../../../sftp/server.ts'
import { startSftpServer } from '../../../sftp/server.ts'
import { parsePrivateKey } from '../../../sftp/ssh.ts'
import type { DiskTreeOptions, Journal } from './disk-tree.ts'
import { diskTree } from './disk-tree.ts'

export const quiet: Logger = pino({ level: 'silent' })

export interface Door extends AsyncDisposable {
  server: SftpServer
  /** The account's files on disk. */
  root: string
  /** A place for the client's own files. */
  desk: string
  journal: Journal
  attempts: RefusedAttempt[]
  ends: ConnectionEnd[]
  logins: KeyOffer[]
  /** Logins that were put on record as such. */
  begun: KeyOffer[]
  /** From now on no key is let in. */
  revoke(): void
  /** Private key files that OpenSSH reads, by their kind. */
  keyFile: Record<'ed25519' | 'rsa' | 'stranger', string>
  privateKey: string
}

export interface DoorOptions {
  limits?: Partial<SftpLimits>
  tree?: Omit<DiskTreeOptions, 'root'>
  /** A tree for each login, in the place of one on disk. */
  openTree?: () => FileTree
  openHandles?: number
  connections?: number
  strict?: boolean
  hostKeys?: HostKey[]
}

/** A server for the account "night" with one ED25519 and one RSA key, over a folder of its own. */
export async function openDoor(options: DoorOptions = {}): Promise<Door> {
  const place = await mkdtemp(join(tmpdir(), 'nightdrop-sftp-'))
  const root = join(place, 'tree')
  const desk = join(place, 'desk')
  await mkdir(root)
  await mkdir(desk)
  const keys = {
    ed25519: newPrivateKey('ed25519'),
    rsa: newPrivateKey('rsa'),
    stranger: newPrivateKey('ed25519'),
  }
  const keyFile = {
    ed25519: join(desk, 'id_ed25519'),
    rsa: join(desk, 'id_rsa'),
    stranger: join(desk, 'id_stranger'),
  }
  for (const kind of ['ed25519', 'rsa', 'stranger'] as const)
    await writeFile(keyFile[kind], keys[kind], { mode: 0o600 })
  const tree = diskTree({ root, ...options.tree })
  const attempts: RefusedAttempt[] = []
  const ends: ConnectionEnd[] = []
  const logins: KeyOffer[] = []
  const begun: KeyOffer[] = []
  let revoked = false
  const known = [keys.ed25519, keys.rsa].map(key => parsePrivateKey(key).getPublicSSH().toString('base64'))
  const look = (offer: KeyOffer): Login => {
    if (revoked) return { accepted: false, reason: 'The key was revoked.' }
    if (offer.username !== 'night') return { accepted: false, reason: 'There is no such user.' }
    if (!known.includes(offer.key.blob.toString('base64')))
      return { accepted: false, reason: 'The key is not the account’s.' }
    return {
      accepted: true,
      tree: options.openTree?.() ?? tree,
      account: { id: 'account', tenantId: 'tenant', username: 'night' },
      openHandles: options.openHandles ?? 16,
      connections: options.connections ?? 8,
      begin: async () => {
        begun.push(offer)
        return { id: `connection-${begun.length}` }
      },
      stillWelcome: async () => look(offer),
    }
  }
  const authenticator: Authenticator = {
    probe: async offer => look(offer),
    authenticate: async offer => {
      logins.push(offer)
      return look(offer)
    },
    recordAttempt: async attempt => void attempts.push(attempt),
    recordEnd: async (_, end) => void ends.push(end),
  }
  const server = await startSftpServer({
    host: '127.0.0.1',
    port: 0,
    hostKeys: options.hostKeys ?? (await keptHostKeys(join(tmpdir(), 'nightdrop-test-host-keys'))),
    authenticator,
    log: quiet,
    ...(options.limits && { limits: options.limits }),
    ...(options.strict !== undefined && { strict: options.strict }),
  })
  const close = async () => {
    await server.close(0)
    await rm(place, { recursive: true, force: true })
  }
  const privateKey = keys.ed25519
  const { journal } = tree
  return {
    server,
    root,
    desk,
    journal,
    attempts,
    ends,
    logins,
    begun,
    revoke: () => {
      revoked = true
    },
    keyFile,
    privateKey,
    [Symbol.asyncDispose]: close,
  }
}
