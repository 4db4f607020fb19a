import { randomBytes } from 'node:crypto'
import { chmod, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { StartFault } from '../../core/operation/start-fault.ts'

/** What an embedded stack needs to keep secret, each in a file of its own that only its owner may read. */
export interface LocalSecrets {
  masterKey: string
  staffToken: string
  databasePassword: string
  objectStoreKey: string
  /** Names of the files that were made just now. */
  made: string[]
}

/** The caller holds the folder's lock. A file that is there stays as it is; one that is empty or not ours to read is a fault. */
export async function keptSecrets(folder: string): Promise<LocalSecrets> {
  const made: string[] = []
  const kept = async (name: string, make: () => string) => {
    const file = join(folder, name)
    const found = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined
      throw new StartFault(`${file} cannot be read: ${cause.code ?? cause.message}.`, { cause })
    })
    if (found?.trim() === '') throw new StartFault(`${file} is empty: bring its content back from a backup.`)
    if (found !== undefined) {
      await chmod(file, 0o600)
      return found.trim()
    }
    const secret = make()
    await writeWhole(folder, file, `${secret}\n`)
    made.push(name)
    return secret
  }
  const random = () => randomBytes(32).toString('hex')
  return {
    masterKey: await kept('master-key', random),
    staffToken: await kept('staff-token', () => `nds_${randomBytes(32).toString('base64url')}`),
    databasePassword: await kept('database-password', random),
    objectStoreKey: await kept('object-store-key', random),
    made,
  }
}

/** Whole or not at all, and still there after the machine went down. */
async function writeWhole(folder: string, file: string, text: string): Promise<void> {
  const draft = `${file}.new`
  const out = await open(draft, 'w', 0o600)
  try {
    await out.writeFile(text)
    await out.sync()
  } finally {
    await out.close()
  }
  await rename(draft, file)
  const parent = await open(folder, 'r')
  try {
    await parent.sync()
  } finally {
    await parent.close()
  }
}
