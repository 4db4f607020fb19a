import { type Database, tables } from '../../db/db.ts'

const NO_DIGEST = '00000000-0000-0000-0000-000000000000'

/** A file, its completed import, agents, and contacts one minute apart, the newest last. */
export async function fillTenant(database: Database, tenantId: string, count: number) {
  return await database.asTenant(tenantId, async tx => {
    const [file] = await tx
      .insert(tables.uploadedFiles)
      .values({
        tenantId,
        path: '/calls.csv',
        kind: 'CONTACTS',
        status: 'STORED',
        listed: true,
        storedAt: new Date(),
      })
      .returning()
    if (!file) throw new Error('no file')
    const [run] = await tx
      .insert(tables.imports)
      .values({
        tenantId,
        fileId: file.id,
        path: '/calls.csv',
        status: 'COMPLETED',
        rowsRead: count,
        created: count,
        startedAt: new Date(),
        finishedAt: new Date(),
      })
      .returning()
    if (!run) throw new Error('no import')
    const agents = await tx
      .insert(tables.agents)
      .values(['Ann', 'Bob', 'Cem'].map(name => ({ tenantId, name, email: `${name}@example.com` })))
      .returning()
    const contacts = await tx
      .insert(tables.contacts)
      .values(
        Array.from({ length: count }, (_, n) => ({
          tenantId,
          reference: `r-${n}`,
          occurredAt: new Date(Date.UTC(2026, 0, 1, 0, n)),
          occurredAtText: `minute ${n}`,
          agentKey: n % 4 === 3 ? 'nobody' : (agents[n % 4]?.name ?? ''),
          agentMatch: n % 4 === 3 ? 'nobody' : (agents[n % 4]?.name.toLowerCase() ?? ''),
          agentId: agents[n % 4]?.id ?? null,
          queue: n % 2 ? 'sales' : 'support',
          durationSeconds: n,
          metadata: { n: String(n) },
          digest: NO_DIGEST,
          importId: run.id,
          rowNumber: n + 1,
          fileMark: run.ordinal,
          importedAt: new Date(),
          updatedAt: new Date(),
        })),
      )
      .returning({ id: tables.contacts.id })
    return { file, run, agents, contacts }
  })
}
