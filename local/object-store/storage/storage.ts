import { Buckets } from './buckets.ts'
import { Discards } from './discards.ts'
import type { Layout } from './layout.ts'
import { layoutOf } from './layout.ts'
import { Locks } from './locks.ts'
import { Objects } from './objects.ts'
import { prepareFolders, recover } from './recover.ts'
import { Uploads } from './uploads.ts'

/** One folder's buckets, objects and uploads. One process at a time may have it. */
export interface Storage {
  readonly layout: Layout
  readonly buckets: Buckets
  readonly objects: Objects
  readonly uploads: Uploads
}

export const openStorage = async (folder: string): Promise<Storage> => {
  const layout = layoutOf(folder)
  await prepareFolders(folder, layout)
  const locks = new Locks()
  const discards = new Discards(layout)
  const buckets = new Buckets(layout, locks)
  await buckets.load()
  const objects = new Objects(layout, buckets, locks, discards)
  const uploads = new Uploads(layout, locks)
  await recover(layout, buckets, uploads, objects, discards)
  return { layout, buckets, objects, uploads }
}
