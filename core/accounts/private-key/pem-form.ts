import type { KeyPair } from './key-pair.ts'

/**
 * PEM, for old libraries. RSA as PKCS#1 (`BEGIN RSA PRIVATE KEY`), the one form that JSch 0.1.55, SSH.NET and every
 * other reads. ED25519 has PKCS#8 alone, which few SSH programs read (OpenSSH from 9.6 on, OpenSSL 1.1.1, Java 15).
 */
export const pemForm = ({ type, privateKey }: KeyPair): string =>
  privateKey.export({ type: type === 'ssh-rsa' ? 'pkcs1' : 'pkcs8', format: 'pem' }).toString()
