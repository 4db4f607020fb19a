import type { SftpLimits } from './limits.ts'
import type { SshConnection } from './ssh.ts'

const LONGEST_EXCHANGE_MS = 60_000

/** ssh2 never asks for new keys as a server: this does, by bytes and by time, and lets writes wait until they are in use. */
export class Rekeying {
  readonly #ssh: SshConnection
  readonly #limits: Pick<SftpLimits, 'rekeyBytes' | 'rekeyMs'>
  readonly #onStall: () => void
  #settled: Promise<void> = Promise.resolve()
  #done: (() => void) | undefined
  #bytes = 0
  #at = Date.now()

  constructor(ssh: SshConnection, limits: Pick<SftpLimits, 'rekeyBytes' | 'rekeyMs'>, onStall: () => void) {
    this.#ssh = ssh
    this.#limits = limits
    this.#onStall = onStall
    // The client may ask for them as well; either way the count starts again.
    ssh.on('rekeyed', () => this.#finish())
    ssh.once('ended', () => this.#finish())
  }

  get settled(): Promise<void> {
    return this.#settled
  }

  look(): void {
    if (
      this.#done ||
      (this.#moved() < this.#limits.rekeyBytes && Date.now() - this.#at < this.#limits.rekeyMs)
    )
      return
    if (!this.#ssh.rekey()) return
    const stall = setTimeout(this.#onStall, LONGEST_EXCHANGE_MS)
    this.#settled = new Promise(resolve => {
      this.#done = () => {
        clearTimeout(stall)
        resolve()
      }
    })
  }

  #finish(): void {
    this.#bytes += this.#moved()
    this.#at = Date.now()
    this.#done?.()
    this.#done = undefined
  }

  #moved(): number {
    return this.#ssh.socket.bytesRead + this.#ssh.socket.bytesWritten - this.#bytes
  }
}
