import { type KeyAlgorithm, type KeyPair, newKeyPair } from './key-pair.ts'
import { opensshForm } from './openssh-form.ts'
import { pemForm } from './pem-form.ts'
import { puttyForm } from './putty-form.ts'

/**
 * How a private key is written down.
 *
 * OPENSSH  OpenSSH, lftp, rclone, FileZilla, paramiko and most libraries of today
 * PEM      old libraries; with RSA only, for most of them
 * PPK      PuTTY, WinSCP, FileZilla
 */
export const privateKeyFormats = ['OPENSSH', 'PEM', 'PPK'] as const
export type PrivateKeyFormat = (typeof privateKeyFormats)[number]

const forms: Record<PrivateKeyFormat, (pair: KeyPair, comment: string) => string> = {
  OPENSSH: opensshForm,
  PEM: pemForm,
  PPK: puttyForm,
}

export interface NewPrivateKey {
  /** `<type> <base64>`, as public keys are kept. */
  publicLine: string
  /** The private key file. Nothing keeps it. */
  privateKey: string
}

/** Makes a pair. The comment is plain ASCII; PEM has no place for one. */
export async function newPrivateKey(wish: {
  algorithm: KeyAlgorithm
  format: PrivateKeyFormat
  comment: string
}): Promise<NewPrivateKey> {
  const pair = await newKeyPair(wish.algorithm)
  return {
    publicLine: `${pair.type} ${pair.publicBlob.toString('base64')}`,
    privateKey: forms[wish.format](pair, wish.comment),
  }
}
