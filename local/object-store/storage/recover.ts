import { mkdir, readdir } from 'node:fs/promises'
import { systemCode } from '../http/errors.ts'
import type { Buckets } from './buckets.ts'
import type { Discards } from './discards.ts'
import { emptyFolder, syncFolder } from './durable.ts'
import type { Layout } from './layout.ts'
import { completedFolder, openFolder } from './layout.ts'
import type { Objects } from './objects.ts'
import type { Uploads } from './uploads.ts'

export const prepareFolders = async (folder: string, layout: Layout): Promise<void> => {
  await mkdir(folder, { recursive: true })
  for (const each of Object.values(layout) as string[]) await mkdir(each, { recursive: true })
  await syncFolder(folder)
  await emptyFolder(layout.tmp)
}

/**
 * Finishes what the last process had begun: `null` versions that were replaced go, completed uploads are settled, open
 * ones opened again, marked parts discarded.
 */
export const recover = async (
  layout: Layout,
  buckets: Buckets,
  uploads: Uploads,
  objects: Objects,
  discards: Discards,
): Promise<void> => {
  for (const [name, bucket] of buckets.all())
    for (const key of bucket.replacedKeys())
      for (const old of bucket.superseded(key)) await objects.drop(name, key, old)
  for (const id of await readdir(layout.uploads)) {
    const upload = await uploads.stored(openFolder(layout, id))
    const multipart = (await objects.ofUpload(upload.bucket, upload.key, id))?.record.multipart
    if (multipart !== undefined) await uploads.settle(id, multipart.parts)
    else uploads.reopen(upload)
  }
  for (const id of await discards.marked()) {
    const upload = await uploads.stored(completedFolder(layout, id)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
    })
    const object = upload && (await objects.ofUpload(upload.bucket, upload.key, id))
    if (object !== undefined) await discards.unmark(id)
    else await discards.discard(id)
  }
}
