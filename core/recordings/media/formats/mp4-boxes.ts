import type { ByteSource } from '../byte-source.ts'
import { latin1, viewOf } from '../byte-source.ts'

/** A box of an MP4 or QuickTime file: a name, and what is in it. */
export interface Box {
  name: string
  /** Of what is in it, as far as it is there. */
  start: number
  end: number
  /** Where it should end: further on when it is cut. */
  promisedEnd: number
}

/** The boxes from `start` to `end`, one after the other. Ends where what follows is no box. */
export async function* boxesOf(source: ByteSource, start: number, end: number): AsyncGenerator<Box, void> {
  for (let at = start; at + 8 <= end; ) {
    const head = await source.read(at, at + 16)
    if (head.length < 8) return
    const name = latin1(head, 4, 8)
    if (!/^[\x20-\x7e\xa9]{4}$/.test(name)) return
    const view = viewOf(head)
    const short = view.getUint32(0)
    const long = short === 1 && head.length === 16
    const size = long ? Number(view.getBigUint64(8)) : short === 0 ? end - at : short
    const header = long ? 16 : 8
    if (size < header) return
    yield { name, start: at + header, end: Math.min(at + size, end), promisedEnd: at + size }
    at += size
  }
}

/** The first box of that path, each within the one before. */
export async function findBox(source: ByteSource, within: Box, ...path: string[]): Promise<Box | undefined> {
  let found: Box | undefined = within
  for (const name of path) {
    const outer: Box = found
    found = undefined
    for await (const box of boxesOf(source, outer.start, outer.end))
      if (box.name === name) {
        found = box
        break
      }
    if (!found) return undefined
  }
  return found
}

export const readBox = (source: ByteSource, { start, end }: Box, most = 4_096): Promise<Uint8Array> =>
  source.read(start, Math.min(end, start + most))

/** A duration in the box of a movie's or a track's header (`mvhd`, `mdhd`), in seconds; undefined when it is open. */
export function secondsIn(header: Uint8Array): { seconds: number | undefined; scale: number } | undefined {
  const long = header[0] === 1
  if (header.length < (long ? 32 : 20)) return undefined
  const view = viewOf(header)
  const scale = view.getUint32(long ? 20 : 12)
  const units = long ? Number(view.getBigUint64(24)) : view.getUint32(16)
  const open = units === 0 || units === 0xffff_ffff || units >= 2 ** 63
  return { scale, seconds: open || scale === 0 ? undefined : units / scale }
}
