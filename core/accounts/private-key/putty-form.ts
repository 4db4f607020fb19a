import { createHash, createHmac } from 'node:crypto'
import type { KeyPair } from './key-pair.ts'
import { counted, lined, mpint } from './wire.ts'

/**
 * PuTTY's form (PPK), without a passphrase. Version 2: version 3 differs by how a passphrase is turned into a key, which
 * means nothing here, and PuTTY before 0.75, WinSCP before 5.19 and JSch do not read it. All of them read this one.
 */
export function puttyForm(pair: KeyPair, comment: string): string {
  const secret = numbersOf(pair)
  const mac = createHmac('sha1', createHash('sha1').update('putty-private-key-file-mac-key').digest())
    .update(
      Buffer.concat(
        [Buffer.from(pair.type), Buffer.from('none'), Buffer.from(comment), pair.publicBlob, secret].map(
          counted,
        ),
      ),
    )
    .digest('hex')
  const [publicLines, privateLines] = [lined(pair.publicBlob, 64), lined(secret, 64)]
  return [
    `PuTTY-User-Key-File-2: ${pair.type}`,
    'Encryption: none',
    `Comment: ${comment}`,
    `Public-Lines: ${publicLines.length}`,
    ...publicLines,
    `Private-Lines: ${privateLines.length}`,
    ...privateLines,
    `Private-MAC: ${mac}`,
    '',
  ].join('\n')
}

const numbersOf = (pair: KeyPair): Buffer =>
  pair.type === 'ssh-rsa'
    ? Buffer.concat([pair.d, pair.p, pair.q, pair.qi].map(number => mpint(number)))
    : counted(pair.seed)
