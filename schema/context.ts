import { requireInForce } from '../core/access/authenticate.ts'
import type { Links } from '../core/access/links.ts'
import type { Notifications } from '../core/access/notifications.ts'
import type { Caller } from '../core/access/roles.ts'
import type { Log } from '../core/log.ts'
import type { Vault } from '../core/vault/vault.ts'
import type { Database, TenantTx, Tx } from '../db/db.ts'
import { type HeldTransaction, holdTransaction } from './held-transaction.ts'

/** What resolvers need of their process. */
export interface Services {
  database: Database
  vault: Vault
  links: Links
  /** Where this API answers, as links name it. */
  publicUrl: () => string
  /** The page of a claim link. */
  claimUrl: (secret: string) => string
  notifications: Notifications
  /** Where senders connect to, as account answers name it. */
  sftp: { host: string; port: number }
  clock: () => Date
  log: Log
  /** Aborted when the process stops: streams end then. */
  ending: AbortSignal
}

/**
 * What every resolver is given: who asks, and the transaction they ask in.
 *
 * query         one transaction for the operation: `open` before, `close` after it
 * mutation      one for each root field: `change` commits before its answer is put together, which is read in another
 * subscription  one for each event, on a context of the event's own (`fork`); none while it waits
 */
export class Context {
  readonly services: Services
  readonly caller: Caller | undefined
  #held: HeldTransaction | undefined
  #changing: Tx | undefined

  constructor(services: Services, caller: Caller | undefined) {
    this.services = services
    this.caller = caller
  }

  /** The transaction of now. It sees one tenant, or for staff all. */
  get tx(): Tx {
    const tx = this.#changing ?? this.#held?.tx
    if (!tx) throw new Error('No transaction is open here.')
    return tx
  }

  /** For whoever asks as somebody unknown there is nothing to read, and no transaction. */
  async open(): Promise<void> {
    const { caller } = this
    const { database } = this.services
    if (!caller) return
    this.#held = await holdTransaction(work =>
      caller.role === 'STAFF' ? database.asStaff(work) : database.asTenant(caller.tenantId, work),
    )
  }

  async close(): Promise<void> {
    const held = this.#held
    this.#held = undefined
    await held?.end()
  }

  /**
   * Runs what changes something in a transaction of its own; afterwards the answer can be read. The token is looked at
   * once more: other fields of the mutation, or its files, may have taken long since the request began.
   */
  async change<T, X extends Tx = TenantTx>(
    begin: (work: (tx: X) => Promise<T>) => Promise<T>,
    work: (tx: X) => Promise<T>,
  ): Promise<T> {
    const { caller } = this
    const { database, clock } = this.services
    await this.close()
    // A tenant's own transaction does not see the tokens of staff.
    if (caller?.role === 'STAFF') await database.asStaff(tx => requireInForce(tx, caller, clock()))
    const result = await begin(async tx => {
      if (caller && caller.role !== 'STAFF') await requireInForce(tx, caller, clock())
      this.#changing = tx
      try {
        return await work(tx)
      } finally {
        this.#changing = undefined
      }
    })
    await this.open()
    return result
  }

  fork(): Context {
    return new Context(this.services, this.caller)
  }
}
