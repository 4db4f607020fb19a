import type { FileTree } from '../core/files/file-tree.ts'

/**
 * What the SSH edge asks of core/accounts: who may come in, and a memory of everyone who tried.
 * Nothing here knows SSH. Every method may be slow; none of them is called twice at once for one connection.
 */
export interface Authenticator {
  /**
   * Would this key be let in? Asked before a signature is seen (RFC 4252's query), so it leaves no trace.
   * Takes the same time and gives the same kind of answer whether or not the user exists.
   */
  probe(offer: KeyOffer): Promise<Verdict>
  /** Asked only after the signature was verified. Leaves no trace either: `begin` of what it answers does. */
  authenticate(offer: KeyOffer): Promise<Login>
  /** One connection that ended without a login. */
  recordAttempt(attempt: RefusedAttempt): Promise<void>
  recordEnd(connection: ConnectionRecord, end: ConnectionEnd): Promise<void>
}

export interface KeyOffer {
  username: string
  address: string
  /** `algorithm` is the key's type (`ssh-ed25519`, `ssh-rsa`), `blob` its SSH wire form: what a fingerprint is made of. */
  key: { algorithm: string; blob: Buffer }
  /** The software the client says it is, such as `OpenSSH_9.2p1`. */
  client: string
}

export type Verdict = { accepted: true } | Refused

export interface Refused {
  accepted: false
  /** Plain words for the account's owner; the client hears nothing of it. */
  reason: string
}

export interface LoggedIn {
  accepted: true
  tree: FileTree
  account: { id: string; tenantId: string; username: string }
  /** How many files and folders one session may hold open at once. */
  openHandles: number
  /** How many connections the account may hold at once on this process. */
  connections: number
  /** Puts the login on record, once nothing else stands in its way. Called once. */
  begin(): Promise<ConnectionRecord>
  /** Would it be let in now? Asked again and again while it is connected: keys are revoked and accounts disabled. */
  stillWelcome(): Promise<Verdict>
}

export type Login = LoggedIn | Refused

/** The account's own record of one connection; the edge only hands it back, and logs its id. */
export interface ConnectionRecord {
  readonly id: string
}

export interface RefusedAttempt {
  /** Null when it failed before a user name was known: staff's unattributed record. */
  username: string | null
  address: string
  client: string | null
  /** In plain words, with what to do about it. */
  reason: string
  at: Date
}

export interface ConnectionEnd {
  reason: string
  /** Bytes of file contents taken from WRITEs. */
  bytesReceived: number
  /** Uploads whose CLOSE was answered with OK. */
  files: number
  at: Date
}

/** What the process counts; all optional to have, so that tests need none of it. */
export interface SftpMetrics {
  connections(change: 1 | -1): void
  authenticated(result: 'accepted' | 'refused', reason: RefusalReason | 'key'): void
  received(bytes: number): void
  uploadEnded(result: 'completed' | 'failed' | 'aborted'): void
}

/** A closed list, fit for a metric's label; the words for people stand in refusal-reasons.ts and in core/accounts. */
export type RefusalReason =
  | 'not_admitted'
  | 'no_shared_algorithms'
  | 'not_ssh'
  | 'too_crowded'
  | 'grace_over'
  | 'too_many_tries'
  | 'gave_up'
  | 'protocol'
  | 'ours'
