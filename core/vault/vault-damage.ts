/**
 * Stored bytes are not what was written: altered, cut, moved, or not there. Never a refusal and never skipped: an
 * incident with a name.
 */
export type DamageKind = 'MISSING' | 'WRONG_LENGTH' | 'ALTERED_SEGMENT' | 'WRONG_KEY' | 'UNKNOWN_FORMAT'

export class VaultDamage extends Error {
  override readonly name = 'VaultDamage'
  readonly objectId: string
  readonly kind: DamageKind
  /** What was found, for the operator; never a key and never content. */
  readonly what: string

  constructor(objectId: string, kind: DamageKind, what: string, cause?: unknown) {
    super(`Object ${objectId} is damaged: ${what}`, { cause })
    this.objectId = objectId
    this.kind = kind
    this.what = what
  }
}
