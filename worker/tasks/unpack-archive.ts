import { unpackArchive } from '../../core/imports/packed/unpack-archive.ts'
import { defineTask } from '../task.ts'

/** Makes files of an archive's entries. */
export const unpackArchiveTask = defineTask(
  'unpack-archive',
  async ({ tenantId, fileId }, { database, vault, clock, signal }) => {
    await unpackArchive({ database, vault, clock }, tenantId, fileId, signal)
  },
)
