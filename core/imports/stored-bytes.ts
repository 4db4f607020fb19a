import { Refusal } from '../refusal.ts'
import type { StoredObject, Vault } from '../vault/vault.ts'
import { VaultDamage } from '../vault/vault-damage.ts'

/** The object store's answer broke off, or never came. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed'
}

/** The object's plaintext, whole or its beginning. What the network breaks off fails as the object store's fault. */
export const storedBytes = (
  vault: Vault,
  object: StoredObject,
  end = object.size,
): AsyncGenerator<Buffer, void, undefined> => storedRange(vault, object, 0, end)

/** As `storedBytes`, from `start` to `end` (exclusive). */
export async function* storedRange(
  vault: Vault,
  object: StoredObject,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* vault.readRange(object, start, end)
  } catch (error) {
    throw ofTheStore(error) ? new StoreFailed('The object store failed', { cause: error }) : error
  }
}

/** Keys are opened without the network: what has a code of the system's, or came out of the body, is the store's. */
const ofTheStore = (error: unknown): boolean => {
  if (!(error instanceof Error) || error instanceof VaultDamage || error instanceof Refusal) return false
  const { code } = error as { code?: unknown }
  return '$metadata' in error || brokenOff.test(error.message) || /^E[A-Z_]+$/.test(String(code))
}

/** As the bucket and Node's HTTP client say it; neither has a code for all of them. */
const brokenOff = /^(The store |aborted|socket hang up|terminated)/i
