import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import type { AuthContext, Connection, ParsedKey, ServerChannel, ServerConfig } from 'ssh2'
import ssh2 from 'ssh2'
import type { AlgorithmOffer } from './algorithms.ts'

/** The only file that knows ssh2: its events as a few typed ones, its traps behind us. */

/** Signatures the server may announce for a key's type. ssh2 would add SHA-1 for RSA by itself. */
const RSA_SIGNATURES = ['rsa-sha2-512', 'rsa-sha2-256']

/** Whether ssh2's compiled crypto is in use; without it uploads are about half as fast. */
export function nativeCryptoLoaded(): boolean {
  const crypto: { bindingAvailable?: unknown } = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js')
  return crypto.bindingAvailable === true
}

/** One request to be let in. `accept` and `reject` answer it, once; both are harmless after the client left. */
export type LoginRequest = (
  | {
      method: 'key'
      /** As the client named it, such as `rsa-sha2-512`; undefined hash means SHA-1 for RSA. */
      key: { algorithm: string; blob: Buffer }
      weak: boolean
      /** Without a signature the client only asks whether the key is known. */
      signed: boolean
      /** True only for a signature that holds; false for anything else, errors included. */
      signatureHolds(): boolean
    }
  | { method: 'other'; name: string }
) & { username: string; accept(): void; reject(): void }

export type SftpStream = ServerChannel

interface SshEvents {
  login: [request: LoginRequest]
  authenticated: []
  /** `open` accepts the channel, and not calling it in the same turn refuses it. */
  sftp: [open: () => SftpStream | undefined]
  rekeyed: []
  failed: [error: SshFailure]
  ended: []
}

export interface SshFailure {
  message: string
  /** ssh2's own: handshake, socket, client-timeout, protocol. */
  level: string
}

export class SshConnection extends EventEmitter<SshEvents> {
  readonly client: string
  readonly socket: Socket
  readonly #ssh: Connection

  constructor(ssh: Connection, socket: Socket, client: string, mostSessions: number) {
    super()
    this.client = client
    this.socket = socket
    this.#ssh = ssh
    ssh.on('error', (error: Error & { level?: string }) =>
      this.emit('failed', { message: error.message, level: error.level ?? 'protocol' }),
    )
    ssh.once('close', () => this.emit('ended'))
    ssh.on('authentication', context => this.emit('login', loginRequest(context)))
    ssh.once('ready', () => this.emit('authenticated'))
    ssh.on('rekey', () => this.emit('rekeyed'))
    let sessions = 0
    ssh.on('session', (accept, reject) => {
      if (sessions >= mostSessions) {
        reject()
        return
      }
      sessions += 1
      const session = accept()
      session.once('close', () => {
        sessions -= 1
      })
      // Not 'sftp': that gives ssh2's own SFTP object, which has no back-pressure.
      session.on('subsystem', (acceptChannel, rejectChannel, info) => {
        let opened: ServerChannel | undefined
        if (info.name === 'sftp') {
          this.emit('sftp', () => {
            opened = acceptChannel()
            return opened
          })
        }
        if (!opened) rejectChannel?.()
      })
    })
  }

  /** True when new keys are on their way: `rekeyed` will tell. */
  rekey(): boolean {
    if (!this.socket.writable) return false
    this.#ssh.rekey()
    return true
  }

  end(): void {
    try {
      this.#ssh.end()
    } catch {
      this.socket.destroy()
    }
  }
}

export interface SshOptions {
  hostKeys: readonly string[]
  algorithms: AlgorithmOffer
  keepaliveMs: number
  keepaliveCount: number
  /** Channels that one connection may have open at once. */
  sessionsPerConnection: number
  /** The client sent its greeting; what it is called is known, nothing else. */
  onConnection(connection: SshConnection): void
}

export interface SshEndpoint {
  /** The socket is ssh2's from here on. */
  take(socket: Socket): void
}

export function sshEndpoint(options: SshOptions): SshEndpoint {
  const sockets = new Map<string, Socket>()
  const server = new ssh2.Server({
    hostKeys: announcedKeys(options.hostKeys, options.algorithms.serverHostKey),
    algorithms: options.algorithms as unknown as NonNullable<ServerConfig['algorithms']>,
    ident: 'Nightdrop',
    keepaliveInterval: options.keepaliveMs,
    keepaliveCountMax: options.keepaliveCount,
  })
  server.on('connection', (ssh, info) => {
    const socket = sockets.get(`${info.ip} ${info.port}`)
    if (socket)
      options.onConnection(
        new SshConnection(ssh, socket, info.header.versions.software, options.sessionsPerConnection),
      )
    else ssh.end()
  })
  return {
    take(socket) {
      const peer = `${socket.remoteAddress} ${socket.remotePort}`
      sockets.set(peer, socket)
      socket.once('close', () => sockets.delete(peer))
      server.injectSocket(socket)
    },
  }
}

/** Throws with plain words for what is no private key. */
export function parsePrivateKey(text: string): ParsedKey {
  const parsed = ssh2.utils.parseKey(text)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key instanceof Error) throw new Error(`no readable private key (${key.message})`, { cause: key })
  if (!key?.isPrivateKey()) throw new Error('a public key; the private one is needed')
  return key
}

/**
 * ssh2 announces ssh-rsa (SHA-1) for every RSA host key, whatever the configured list says. A key that names its
 * signature as its type is announced as just that, and signs accordingly.
 */
function announcedKeys(hostKeys: readonly string[], signatures: readonly string[]): ServerConfig['hostKeys'] {
  const keys = hostKeys.map(parsePrivateKey)
  return signatures.flatMap(signature => {
    const type = RSA_SIGNATURES.includes(signature) ? 'ssh-rsa' : signature
    const key = keys.find(key => key.type === type)
    if (!key) return []
    return [{ key: Object.create(key, { type: { value: signature, enumerable: true } }) }]
  })
}

function loginRequest(context: AuthContext): LoginRequest {
  const answers = {
    username: context.username,
    accept: () => quietly(() => context.accept()),
    reject: () => quietly(() => context.reject(['publickey'])),
  }
  if (context.method !== 'publickey') return { ...answers, method: 'other', name: context.method }
  const { key, signature, blob, hashAlgo } = context
  // PK_OK has to name what was asked for, and ssh2 has forgotten it.
  if (key.algo === 'ssh-rsa' && hashAlgo) key.algo = hashAlgo === 'sha512' ? 'rsa-sha2-512' : 'rsa-sha2-256'
  const algorithm = hashAlgo ? 'ssh-rsa' : key.algo
  return {
    ...answers,
    method: 'key',
    key: { algorithm, blob: key.data },
    weak: (algorithm === 'ssh-rsa' && !hashAlgo) || algorithm === 'ssh-dss',
    signed: signature !== undefined,
    signatureHolds() {
      if (!signature || !blob || !namesItself(key.data, algorithm)) return false
      const parsed = ssh2.utils.parseKey(key.data)
      const verifier = Array.isArray(parsed) ? parsed[0] : parsed
      if (!verifier || verifier instanceof Error || verifier.type !== algorithm) return false
      // An unknown hash answers with an Error object, which is truthy.
      return verifier.verify(blob, signature, hashAlgo) === true
    },
  }
}

/** A blob in wire form starts with its own type; parseKey would read pasted key files as well. */
function namesItself(blob: Buffer, algorithm: string): boolean {
  return blob.length > 4 + algorithm.length && blob.toString('latin1', 4, 4 + algorithm.length) === algorithm
}

/** The client waits for the server to end the channel: OpenSSH's would wait for ever. */
export function endStream(stream: SftpStream): void {
  quietly(() => {
    stream.exit(0)
    stream.end()
  })
}

function quietly(answer: () => void): void {
  try {
    answer()
  } catch {
    // The client left meanwhile: ssh2 throws on what is sent to nobody.
  }
}
