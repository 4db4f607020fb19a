/** What a reader of pasted text found: a key as SSH sends it, or why it is none, in words that repeat nothing of it. */
export type Found = { blob: Buffer } | { fault: string }

export const DAMAGED =
  'This public key is damaged: the part after its type cannot be read. Copy the whole of it again.'

export const DSA = 'DSA keys are too weak. Make an Ed25519 key: ssh-keygen -t ed25519.'
