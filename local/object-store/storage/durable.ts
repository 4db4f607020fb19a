import { open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Layout } from './layout.ts'
import { temporary } from './layout.ts'

/** Makes names that were given, taken or changed in a folder outlast a loss of power. */
export const syncFolder = async (folder: string): Promise<void> => {
  await using handle = await open(folder, 'r')
  await handle.sync()
}

/** Gives a finished file or folder its name, for good. Where it came from is `tmp`, or is synced by the caller. */
export const moveDurably = async (from: string, to: string): Promise<void> => {
  await rename(from, to)
  await syncFolder(dirname(to))
}

/** Takes a folder away in one step, whatever is in it: nobody ever sees half of it. */
export const removeFolder = async (layout: Layout, folder: string): Promise<void> => {
  const doomed = temporary(layout)
  await rename(folder, doomed)
  await syncFolder(dirname(folder))
  await rm(doomed, { recursive: true, force: true })
}

export const emptyFolder = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
}
