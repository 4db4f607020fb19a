import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { SftpLimits } from './limits.ts'
import type { Authenticator, KeyOffer, LoggedIn } from './ports.ts'
import type { EndedEarly } from './refusal-reasons.ts'
import { badSignature, onlyKeys, ours, sha1Signature, tooManyTries } from './refusal-reasons.ts'
import type { LoginRequest } from './ssh.ts'

/** A try takes a question and an answer; asking for ever, without an answer, is no try but has a limit too. */
const REQUESTS_A_TRY = 3

export interface LoginGateOptions {
  authenticator: Authenticator
  address: string
  client: string
  limits: SftpLimits
  log: Logger
  /** Last look before the door opens; false when the account has its fill or the client left. */
  admit(login: LoggedIn): Promise<true | string>
  /** No further tries. */
  giveUp(why: EndedEarly): void
}

/**
 * The tries of one connection. ssh2 hands over the next request only when the last was answered, and opens no channel
 * before one was accepted, so nothing passes while a look-up is pending. An unknown user, a wrong key and a closed
 * account go the same way: the same look-up, the same answer, no sooner than a fixed time.
 */
export class LoginGate {
  readonly #options: LoginGateOptions
  #tries = 0
  #requests = 0
  #username: string | null = null
  #last: EndedEarly | undefined

  constructor(options: LoginGateOptions) {
    this.#options = options
  }

  get username(): string | null {
    return this.#username
  }

  /** Why the last try failed; undefined when nothing was tried. */
  get last(): EndedEarly | undefined {
    return this.#last
  }

  async answer(request: LoginRequest): Promise<void> {
    const started = performance.now()
    this.#username = request.username
    this.#requests += 1
    if (this.#requests > REQUESTS_A_TRY * this.#options.limits.loginTries) {
      this.#options.giveUp(tooManyTries(this.#requests, 'It only asked, and signed nothing.'))
      return
    }
    try {
      const refusal = await this.#decide(request)
      if (refusal === undefined) return
      const wait = this.#options.limits.refusalMs - (performance.now() - started)
      if (wait > 0 && request.method === 'key') await sleep(wait)
      this.#refuse(request, refusal)
    } catch (error) {
      this.#options.log.error({ err: error }, 'an account could not be looked up')
      this.#refuse(request, ours)
    }
  }

  /** Undefined when it was accepted, or is the customary first question for the methods. */
  async #decide(request: LoginRequest): Promise<EndedEarly | undefined> {
    if (request.method === 'other') {
      if (request.name !== 'none') return refused(onlyKeys)
      request.reject()
      return undefined
    }
    if (request.weak) return refused(sha1Signature)
    const { authenticator, address, client } = this.#options
    const offer: KeyOffer = { username: request.username, address, client, key: request.key }
    const holds = request.signed && request.signatureHolds()
    if (!holds) {
      const verdict = await authenticator.probe(offer)
      if (!verdict.accepted) return refused(verdict.reason)
      if (request.signed) return refused(badSignature)
      request.accept()
      return undefined
    }
    const login = await authenticator.authenticate(offer)
    if (!login.accepted) return refused(login.reason)
    const admitted = await this.#options.admit(login)
    if (admitted !== true) return refused(admitted)
    request.accept()
    return undefined
  }

  #refuse(request: LoginRequest, why: EndedEarly): void {
    this.#tries += 1
    this.#last = why
    request.reject()
    if (this.#tries >= this.#options.limits.loginTries) {
      this.#options.giveUp(tooManyTries(this.#tries, why.words))
    }
  }
}

const refused = (words: string): EndedEarly => ({ reason: 'not_admitted', words })
