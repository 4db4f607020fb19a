import type { RefusalReason } from './ports.ts'
import type { SshFailure } from './ssh.ts'

/** Why a connection came to nothing: a label for the metric, plain words with what to do for the record. */
export interface EndedEarly {
  reason: RefusalReason
  words: string
}

export const crowded = (what: string): EndedEarly => ({
  reason: 'too_crowded',
  words: `Too many connections that have not logged in yet ${what}: let the sender open fewer at once, or wait a moment.`,
})

export const full: EndedEarly = {
  reason: 'too_crowded',
  words: 'The server has as many connections as it takes; try again in a minute.',
}

export const silent: EndedEarly = {
  reason: 'not_ssh',
  words:
    'The connection closed before a word was said: a health check, a port scan, or a firewall between client and server.',
}

export const notSsh: EndedEarly = {
  reason: 'not_ssh',
  words: 'What was sent is no SSH. Set the client to SFTP (over SSH), not to FTP, FTPS or HTTPS.',
}

export const gaveUp: EndedEarly = {
  reason: 'gave_up',
  words:
    'The client left before it logged in. It may not trust the host key (compare the fingerprint), have found no key of its own, or have been a scan.',
}

export const graceOver = (ms: number): EndedEarly => ({
  reason: 'grace_over',
  words: `No login within ${Math.round(ms / 1000)} seconds. A client that waits for a passphrase or a password needs a key it can use alone.`,
})

export const tooManyTries = (tries: number, last: string): EndedEarly => ({
  reason: 'too_many_tries',
  words: `${tries} tries and none was right; the last: ${last} Let the client offer only the key meant for this server (IdentitiesOnly).`,
})

export const stopping: EndedEarly = {
  reason: 'ours',
  words: 'The server was stopping; try again in a minute.',
}

export const ours: EndedEarly = {
  reason: 'ours',
  words: 'The account could not be looked up: the fault is ours. Try again in a few minutes.',
}

export const onlyKeys = 'The client tried a password; only public keys are accepted.'

export const sha1Signature =
  'The client signs its RSA key with SHA-1 (ssh-rsa), which is no longer safe. Update it, or use an ED25519 key.'

export const badSignature = 'The key is known, but the signature made with it does not hold.'

export const tooManyConnections = (most: number): string =>
  `The account has ${most} connections already, as many as it may. End one first, or let the batch job use fewer at once.`

const shared: readonly (readonly [fragment: string, what: string])[] = [
  ['no matching key exchange algorithm', 'key exchange method'],
  ['no matching host key format', 'kind of host key'],
  ['cipher', 'cipher'],
  ['MAC', 'message authentication code'],
]

/** What ssh2 says in its own words before a login. */
export function fromSshFailure(failure: SshFailure): EndedEarly {
  if (failure.level === 'handshake' && failure.message.includes('matching')) {
    const what = shared.find(([fragment]) => failure.message.includes(fragment))?.[1] ?? 'algorithm'
    return {
      reason: 'no_shared_algorithms',
      words: `Client and server have no ${what} in common: the client is too old, or restricted by its settings. Update it, or allow current algorithms.`,
    }
  }
  if (failure.level === 'socket')
    return { reason: 'gave_up', words: 'The connection was lost before the login.' }
  if (failure.level === 'handshake') {
    return { reason: 'protocol', words: 'The SSH handshake failed. Try another client, or update this one.' }
  }
  // With a code of its own the client said why it left; most often it does not trust the host key.
  return gaveUp
}

/** The same after a login: the end of a connection that was good. */
export function endFromSshFailure(failure: SshFailure): string {
  if (failure.level === 'client-timeout') return 'The client fell silent: the connection was lost.'
  if (failure.level === 'socket') return 'The connection was lost.'
  return 'The client or something between broke the SSH protocol.'
}
