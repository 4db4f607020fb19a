import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { FileTree, WriteMode } from '../../../core/files/file-tree.ts'
import { openTree } from '../../../core/files/open-tree.ts'
import { localMasterKeys } from '../../../core/vault/master-keys.ts'
import { createVault } from '../../../core/vault/vault.ts'
import { tables } from '../../../db/db.ts'
import { createTestDatabase } from '../../support/database.ts'
import { memoryBucket } from '../vault/memory-bucket.ts'

export const MiB = 2 ** 20

/** A tenant with an account and its tree, over a database of the file's own and a bucket in memory. */
export const openTreeRoom = async () => {
  const support = await createTestDatabase({ max: 8 })
  const { database } = support
  const bucket = memoryBucket()
  const vault = createVault({ bucket, master: localMasterKeys(randomBytes(32)) })
  const tenantId = await support.createTenant()

  const addAccount = (tenant = tenantId) =>
    database.asTenant(tenant, async tx => {
      const username = `user-${randomBytes(4).toString('hex')}`
      const [row] = await tx.insert(tables.sftpAccounts).values({ tenantId: tenant, username }).returning()
      if (row === undefined) throw new Error('no account')
      return { id: row.id, tenantId: tenant, maxFileBytes: row.maxFileBytes }
    })
  const account = await addAccount()
  const warnings: unknown[] = []
  const treeOf = (owner: typeof account): FileTree =>
    openTree({ database, vault, account: owner, warn: error => warnings.push(error) })

  const addTemplate = (filePattern: string) =>
    database.asTenant(tenantId, tx =>
      tx.insert(tables.columnTemplates).values({
        tenantId,
        lineage: crypto.randomUUID(),
        name: filePattern,
        filePattern,
        dialect: {},
        columns: [],
        agentKey: 'USERNAME',
        timeZone: 'UTC',
        ambiguousTime: 'EARLIER',
        extraColumns: 'KEEP',
        existingContact: 'UPDATE',
        maxRejectedShare: 0.5,
      }),
    )
  const files = () =>
    database.asTenant(tenantId, tx =>
      tx
        .select()
        .from(tables.uploadedFiles)
        .where(eq(tables.uploadedFiles.tenantId, tenantId))
        .orderBy(tables.uploadedFiles.id),
    )
  const importsOf = (fileId: string) =>
    database.asTenant(tenantId, tx =>
      tx.select().from(tables.imports).where(eq(tables.imports.fileId, fileId)),
    )
  const uploads = () => database.asTenant(tenantId, tx => tx.select().from(tables.uploads))

  return {
    ...support,
    database,
    bucket,
    vault,
    tenantId,
    account,
    warnings,
    tree: treeOf(account),
    treeOf,
    addAccount,
    addTemplate,
    files,
    importsOf,
    uploads,
  }
}

export const send = async (
  tree: FileTree,
  path: string,
  bytes: Buffer | string,
  mode: WriteMode = 'replace',
) => {
  const body = Buffer.from(bytes)
  const handle = await tree.openWrite(path, mode)
  for (let at = 0; at < body.length; at += 255_000) {
    await handle.write(at, Buffer.from(body.subarray(at, at + 255_000)))
  }
  await handle.close()
}

export const fetchFile = async (tree: FileTree, path: string): Promise<Buffer> => {
  const handle = await tree.openRead(path)
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const chunk = await handle.read(at, 100_000)
    if (chunk.length === 0) break
    chunks.push(chunk)
    at += chunk.length
  }
  await handle.close()
  return Buffer.concat(chunks)
}

export const names = async (tree: FileTree, path: string) =>
  (await tree.list(path)).map(entry => entry.path).sort()
