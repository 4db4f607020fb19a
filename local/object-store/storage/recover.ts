import { mkdir, readdir } from 'node:fs/promises'
import { systemCode } from '../http/errors.ts'
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

/** Finishes what the last process had begun: completed uploads are settled, open ones opened again, marked parts discarded. */
export const recover = async (
  layout: Layout,
  uploads: Uploads,
  objects: Objects,
  discards: Discards,
): Promise<void> => {
  for (const id of await readdir(layout.uploads)) {
    const upload = await uploads.stored(openFolder(layout, id))
    const multipart = (await objects.look(upload.bucket, upload.key))?.multipart
    if (multipart?.upload === id) await uploads.settle(id, multipart.parts)
    else uploads.reopen(upload)
  }
  for (const id of await discards.marked()) {
    const upload = await uploads.stored(completedFolder(layout, id)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
    })
    const current = upload && (await objects.look(upload.bucket, upload.key))
    if (current?.multipart?.upload === id) await discards.unmark(id)
    else await discards.discard(id)
  }
}
