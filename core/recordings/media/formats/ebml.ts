import type { ByteSource } from '../byte-source.ts'

/** An element of Matroska: its number, and what is in it. */
export interface Element {
  id: number
  start: number
  /** Undefined when it is open: whoever wrote it did not know yet. */
  end: number | undefined
}

export const SEGMENT = 0x18538067
export const CLUSTER = 0x1f43b675

export async function readElement(source: ByteSource, at: number): Promise<Element | undefined> {
  const element = elementIn(await source.read(at, at + 12), 0)
  if (!element) return undefined
  const { id, start, end } = element
  return { id, start: at + start, end: end === undefined ? undefined : at + end }
}

/** The same from bytes that are there already. */
export function elementIn(bytes: Uint8Array, at: number): Element | undefined {
  const id = number(bytes, at, 4, true)
  const size = id && number(bytes, id.next, 8, false)
  if (!id || !size) return undefined
  return { id: id.value, start: size.next, end: size.open ? undefined : size.next + size.value }
}

/** A number whose first bits say how long it is; they count as part of an id. All ones stand for "not known". */
export function number(bytes: Uint8Array, at: number, most: number, marked: boolean) {
  const first = bytes[at]
  const length = first === undefined ? 9 : Math.clz32(first) - 23
  if (first === undefined || length > most || at + length > bytes.length) return undefined
  const mask = 0xff >> length
  let value = marked ? first : first & mask
  let open = (first & mask) === mask
  for (let index = at + 1; index < at + length; index++) {
    const byte = bytes[index] ?? 0
    open &&= byte === 0xff
    value = value * 256 + byte
  }
  return { value, next: at + length, open: open && !marked }
}
