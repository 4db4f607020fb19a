/** One at a time for each name, in the order of asking. */
export class Locks {
  readonly #last = new Map<string, Promise<void>>()

  async hold<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last.set(name, promise)
    await before
    try {
      return await work()
    } finally {
      resolve()
      if (this.#last.get(name) === promise) this.#last.delete(name)
    }
  }
}
