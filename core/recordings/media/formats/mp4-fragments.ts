import type { ByteSource } from '../byte-source.ts'
import { BLOCK_BYTES, viewOf } from '../byte-source.ts'
import { type Box, boxesOf, findBox, readBox } from './mp4-boxes.ts'

/** How far from the end the last fragment is looked for. */
const TAIL_BLOCKS = 32

interface Track {
  id: number
  /** Units of time in a second. */
  scale: number
}

/**
 * Where the last fragment (`moof`) ends, in seconds: how long a file is that was written while it was recorded, whose
 * index does not know. Undefined when none is found near the end.
 */
export async function fragmentEnd(
  source: ByteSource,
  movie: Box,
  tracks: readonly Track[],
): Promise<number | undefined> {
  const fragment = await lastFragment(source)
  if (!fragment) return undefined
  const defaults = await readDefaults(source, movie)
  let latest: number | undefined
  for await (const box of boxesOf(source, fragment.start, fragment.end)) {
    const end = box.name === 'traf' ? await trackEnd(source, box, tracks, defaults) : undefined
    if (end !== undefined) latest = Math.max(latest ?? 0, end)
  }
  return latest
}

/** How long a sample of each track lasts where neither fragment nor sample says it, by the index (`trex`). */
async function readDefaults(source: ByteSource, movie: Box): Promise<Map<number, number>> {
  const defaults = new Map<number, number>()
  const extension = await findBox(source, movie, 'mvex')
  if (!extension) return defaults
  for await (const box of boxesOf(source, extension.start, extension.end)) {
    if (box.name !== 'trex') continue
    const bytes = await readBox(source, box)
    if (bytes.length >= 16) defaults.set(viewOf(bytes).getUint32(4), viewOf(bytes).getUint32(12))
  }
  return defaults
}

async function lastFragment(source: ByteSource): Promise<Box | undefined> {
  const least = Math.max(0, source.size - TAIL_BLOCKS * BLOCK_BYTES)
  for (let until = source.size; until > least; until = Math.floor((until - 1) / BLOCK_BYTES) * BLOCK_BYTES) {
    const start = Math.floor((until - 1) / BLOCK_BYTES) * BLOCK_BYTES
    // A name that a border cuts is seen with the block before it.
    const bytes = await source.read(start, until + 3)
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let at = text.lastIndexOf('moof'); at >= 0; at = at > 0 ? text.lastIndexOf('moof', at - 1) : -1) {
      const { value: box } = await boxesOf(source, start + at - 4, source.size).next()
      if (box?.name === 'moof' && (await findBox(source, box, 'mfhd'))) return box
    }
  }
  return undefined
}

async function trackEnd(
  source: ByteSource,
  fragment: Box,
  tracks: readonly Track[],
  defaults: ReadonlyMap<number, number>,
): Promise<number | undefined> {
  const [header, time] = [await findBox(source, fragment, 'tfhd'), await findBox(source, fragment, 'tfdt')]
  if (!header || !time) return undefined
  const tfhd = await readBox(source, header)
  const tfdt = await readBox(source, time)
  if (tfhd.length < 8 || tfdt.length < (tfdt[0] === 1 ? 12 : 8)) return undefined
  const track = tracks.find(({ id }) => id === viewOf(tfhd).getUint32(4))
  if (!track || track.scale === 0) return undefined
  const duration = ownDefault(tfhd) ?? defaults.get(track.id) ?? 0
  let units = tfdt[0] === 1 ? Number(viewOf(tfdt).getBigUint64(4)) : viewOf(tfdt).getUint32(4)
  for await (const box of boxesOf(source, fragment.start, fragment.end))
    if (box.name === 'trun') units += runDuration(await readBox(source, box, BLOCK_BYTES), duration)
  return units / track.scale
}

/** The default of `tfhd`, behind what its flags say stands before it. */
function ownDefault(tfhd: Uint8Array): number | undefined {
  const flags = viewOf(tfhd).getUint32(0) & 0xff_ffff
  const at = 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0)
  return flags & 8 && at + 4 <= tfhd.length ? viewOf(tfhd).getUint32(at) : undefined
}

function runDuration(trun: Uint8Array, each: number): number {
  if (trun.length < 8) return 0
  const view = viewOf(trun)
  const flags = view.getUint32(0) & 0xff_ffff
  const count = view.getUint32(4)
  if (!(flags & 0x100)) return count * each
  const width = 4 * [0x100, 0x200, 0x400, 0x800].filter(flag => flags & flag).length
  let units = 0
  let at = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0)
  for (let sample = 0; sample < count && at + 4 <= trun.length; sample++, at += width)
    units += view.getUint32(at)
  return units
}
