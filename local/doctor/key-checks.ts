import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { desc } from 'drizzle-orm'
import { servedFingerprints } from '../../core/accounts/host-keys.ts'
import { readConfig } from '../../core/config/process-config.ts'
import { tables } from '../../db/db.ts'
import { readHostKeys } from '../../sftp/host-keys.ts'
import type { Reached } from '../commands/reach.ts'
import type { Check } from './check.ts'

/** Tenants whose keys are tried; a wrong master key opens none. */
const TRIED = 100

export const keyChecks = ({ database, vault, env }: Reached, clock: () => Date): Check[] => [
  {
    name: 'master key',
    async look() {
      const { tenantKeys } = tables
      const rows = await database.asStaff(tx =>
        tx
          .select()
          .from(tenantKeys)
          .orderBy(desc(tenantKeys.tenantId), desc(tenantKeys.version))
          .limit(TRIED),
      )
      for (const { tenantId, wrappedKey } of rows) await vault.master.unwrapTenantKey(tenantId, wrappedKey)
      return rows.length === 0
        ? 'no tenant has a key yet'
        : `opens each of the ${rows.length} tenants' keys that were tried`
    },
  },
  {
    name: 'host keys',
    async look() {
      const { SFTP_HOST_KEY_FILE, SFTP_HOST_KEY_FOLDER } = readConfig('sftp', env)
      const files =
        SFTP_HOST_KEY_FILE.length > 0 ? SFTP_HOST_KEY_FILE : await filesIn(SFTP_HOST_KEY_FOLDER ?? '')
      const served = await database.asStaff(tx => servedFingerprints(tx, clock()))
      if (files.length === 0) return 'made by the first sftp process that starts'
      const own = (await readHostKeys(files)).map(key => key.fingerprint)
      const strange = served.filter(fingerprint => !own.includes(fingerprint))
      if (strange.length > 0)
        throw new Error(
          `sftp processes of the last 7 days served ${strange.join(', ')} as well: all of them need the same host keys`,
        )
      return own.join(' ')
    },
  },
]

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter(name => /^ssh_host_.*_key$/.test(name)).map(name => join(folder, name))
}
