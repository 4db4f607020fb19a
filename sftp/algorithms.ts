/**
 * What the server offers, best first; a client's own order decides. Never SHA-1, never CBC, never compression.
 *
 * chacha20-poly1305 is left out on purpose: with ssh2's native crypto it breaks on OpenSSL 3, without it it is half
 * as fast as AES-GCM, and every client that has it has AES-CTR too.
 * NIST curves, plain HMAC and group14 are there for JSch 0.1.55, SSH.NET before 2024 and libssh2 before 1.11, which
 * can negotiate nothing else; `strict` turns them off.
 */
export interface AlgorithmOffer {
  kex: string[]
  cipher: string[]
  hmac: string[]
  compress: string[]
  /** The signatures a host key may make; a key's type decides which of them are announced. */
  serverHostKey: string[]
}

const modern: AlgorithmOffer = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
  compress: ['none'],
  serverHostKey: ['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'],
}

const wide: AlgorithmOffer = {
  ...modern,
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  hmac: [...modern.hmac, 'hmac-sha2-256', 'hmac-sha2-512'],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
}

export const algorithmOffer = (strict: boolean): AlgorithmOffer => (strict ? modern : wide)
