/** What one import made of a contact. */
interface Layer {
  by: number
  value: string
  /** Of its file, in the order of files. */
  mark: number
}

interface Contact {
  layers: Layer[]
  evaluated: boolean
  held: boolean
}

export interface Row {
  reference: string
  value: string
}

/**
 * Contacts as stacks of what imports made of them, the last on top: what imports, evaluations, holds and undos should
 * come to, said as simply as can be.
 */
export class UndoModel {
  readonly contacts = new Map<string, Contact>()
  readonly #undone = new Set<number>()
  /** The last import of each file, by its mark. */
  readonly #last = new Map<number, number>()

  /** Of a reference that comes again in a file as small as these, the last row stands. */
  import(by: number, mark: number, rows: readonly Row[]): void {
    const confirms = this.#olderMayReturn(mark)
    this.#last.set(mark, by)
    for (const [reference, value] of new Map(rows.map(row => [row.reference, row.value]))) {
      const contact = this.contacts.get(reference)
      const top = contact?.layers.at(-1)
      if (!contact || !top)
        this.contacts.set(reference, { layers: [{ by, value, mark }], evaluated: false, held: false })
      else if (!guarded(contact) && top.value !== value && top.mark <= mark)
        contact.layers.push({ by, value, mark })
      else if (!guarded(contact) && top.value === value && confirms) top.mark = Math.max(top.mark, mark)
    }
  }

  /** What was taken back may be imported again: a newer file says then that a contact is as it says, and undo leaves that. */
  #olderMayReturn(mark: number): boolean {
    return [...this.#last].some(([older, by]) => older < mark && this.#undone.has(by))
  }

  undo(by: number) {
    const counts = { removed: 0, restored: 0, kept: 0 }
    this.#undone.add(by)
    for (const [reference, contact] of this.contacts) {
      const { layers } = contact
      const at = layers.findIndex(layer => layer.by === by)
      if (at < 0) continue
      if (at < layers.length - 1) {
        layers.splice(at, 1)
        counts.kept++
      } else if (guarded(contact)) counts.kept++
      else {
        while (layers.length > 0 && this.#undone.has(layers.at(-1)?.by ?? -1)) layers.pop()
        if (layers.length === 0) this.contacts.delete(reference)
        counts[layers.length === 0 ? 'removed' : 'restored']++
      }
    }
    return counts
  }

  /** As the table should be: reference, value, and the import that wrote it. */
  standing(): [string, string, number][] {
    const all = [...this.contacts].map(([reference, { layers }]): [string, string, number] => {
      const top = layers.at(-1)
      return [reference, top?.value ?? '', top?.by ?? -1]
    })
    return all.toSorted(([a], [b]) => (a < b ? -1 : 1))
  }
}

const guarded = ({ evaluated, held }: Contact) => evaluated || held
