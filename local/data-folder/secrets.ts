import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What an embedded stack needs to keep secret, each in a file of its own that only its owner may read. */
export interface LocalSecrets {
  masterKey: string
  staffToken: string
  databasePassword: string
  objectStoreKey: string
  /** Names of the files that were made just now. */
  made: string[]
}

export async function keptSecrets(folder: string): Promise<LocalSecrets> {
  const made: string[] = []
  const kept = async (name: string, make: () => string) => {
    const file = join(folder, name)
    const found = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (found !== undefined) return found.trim()
    const secret = make()
    await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true })
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
