import { and, eq } from 'drizzle-orm'
import { createToken } from '../../../core/access/tokens.ts'
import { createAccount } from '../../../core/accounts/accounts.ts'
import { addKey } from '../../../core/accounts/keys.ts'
import { newEd25519Pair } from '../../../core/accounts/private-key/key-pair.ts'
import { upsertAgents } from '../../../core/agents/agents.ts'
import { storeCertificate } from '../../../core/retention/certificate-object.ts'
import { createTemplate } from '../../../core/templates/create-template.ts'
import { beginObject, insertObject } from '../../../core/vault/object-rows.ts'
import { type TenantTx, tables } from '../../../db/db.ts'
import { encodeNodeId } from '../../../schema/node-id.ts'
import { anInput } from '../../core/templates/a-template.ts'
import type { ApiRoom } from '../api-room.ts'
import type { IdOf, NodeType } from './call.ts'

interface Making {
  room: ApiRoom
  tx: TenantTx
  tenantId: string
  /** Differs with every call. */
  unique: string
  /** Of what was made before. */
  idOf: (type: NodeType) => string
}

/** How a node of each type comes to be, in an order in which each finds what it needs. */
const makers: Record<NodeType, (making: Making) => Promise<{ id: string } | undefined>> = {
  Tenant: async ({ tenantId }) => ({ id: tenantId }),
  UploadedFile: async ({ tx, tenantId, unique }) =>
    (
      await tx
        .insert(tables.uploadedFiles)
        .values({ tenantId, path: `/${unique}.csv`, kind: 'CONTACTS', status: 'STORED' })
        .returning()
    )[0],
  Import: async ({ tx, tenantId, unique, idOf }) =>
    (
      await tx
        .insert(tables.imports)
        .values({ tenantId, fileId: idOf('UploadedFile'), path: `/${unique}.csv`, status: 'COMPLETED' })
        .returning()
    )[0],
  Contact: async ({ tx, tenantId, unique, idOf }) =>
    (
      await tx
        .insert(tables.contacts)
        .values({
          tenantId,
          reference: unique,
          occurredAt: new Date(),
          occurredAtText: 'now',
          agentKey: unique,
          agentMatch: unique,
          metadata: {},
          digest: '00000000-0000-0000-0000-000000000000',
          importId: idOf('Import'),
          rowNumber: 1,
          fileMark: 1,
          importedAt: new Date(),
          updatedAt: new Date(),
        })
        .returning()
    )[0],
  Recording: async ({ tx, tenantId, unique }) => {
    const path = `/${unique}.wav`
    const file = { tenantId, path, kind: 'RECORDING', status: 'STORED' } as const
    const [stored] = await tx.insert(tables.uploadedFiles).values(file).returning()
    const known = { usable: true, inspectedAt: new Date() }
    const recording = { tenantId, path, matchKey: unique, fileId: stored?.id ?? '', ...known }
    return (await tx.insert(tables.recordings).values(recording).returning())[0]
  },
  Agent: async ({ tx, tenantId, unique }) => (await upsertAgents(tx, tenantId, [{ name: unique }]))[0],
  ColumnTemplate: ({ tx, tenantId, unique }) =>
    createTemplate(tx, tenantId, anInput(undefined, { filePattern: `/${unique}/*.csv` })),
  SftpAccount: ({ tx, tenantId, unique }) => createAccount(tx, tenantId, { username: `a${unique}` }),
  SshKey: async ({ tx, tenantId, unique, idOf }) =>
    addKey(tx, tenantId, idOf('SftpAccount'), { label: unique, publicKey: aPublicKey() }),
  SetupRequest: async ({ room, tx, tenantId }) => {
    const form = { contactName: 'Ann', contactEmail: 'ann@example.com', sourceSystem: 'PhoneNow' }
    const [request] = await tx
      .insert(tables.setupRequests)
      .values({ tenantId, ...form, analysis: {}, waitingSince: new Date() })
      .returning()
    const object = await beginObject(tx, room.vault, tenantId)
    const writer = room.vault.write(object, { async began() {}, async stored() {} })
    await writer.write(Buffer.from('Id,Agent,Date\n'))
    await insertObject(tx, object, await writer.finish())
    await writer.complete()
    const sample = { fileName: 'calls.csv', mediaType: 'text/csv', size: 14, objectId: object.objectId }
    if (request)
      await tx.insert(tables.setupSamples).values({ tenantId, requestId: request.id, kind: 'CSV', ...sample })
    return request
  },
  RetentionRun: async ({ tx, tenantId }) => {
    const now = new Date()
    const run = { tenantId, rule: {}, asOf: now, startedAt: now, finishedAt: now }
    return (await tx.insert(tables.retentionRuns).values(run).returning())[0]
  },
  Erasure: async ({ room, tx, tenantId }) => {
    const at = new Date()
    const counts = { contacts: 0, recordings: 0, files: 0, bytes: 0 }
    const times = { startedAt: at.toISOString(), finishedAt: at.toISOString(), completeBy: at.toISOString() }
    const told = { kind: 'ERASURE', id: tenantId, tenantId, rule: null, counts, ...times } as const
    const certificateId = await storeCertificate(tx, room.vault, told, [])
    const erasure = { tenantId, at, reason: 'r', erasedBy: 'e', ...counts, completeBy: at, certificateId }
    return (await tx.insert(tables.erasures).values(erasure).returning())[0]
  },
  LegalHold: async ({ tx, tenantId }) =>
    (
      await tx
        .insert(tables.legalHolds)
        .values({ tenantId, reason: 'r', contactCount: 0, placedBy: 'p' })
        .returning()
    )[0],
  ApiToken: async ({ tx, tenantId, unique }) =>
    (await createToken(tx, tenantId, { name: unique, role: 'READER' }, new Date())).apiToken,
  AuditEvent: async ({ tx }) => (await tx.select().from(tables.auditEvents).limit(1))[0],
}

/** A tenant with a token of each role and a node of each type. */
export interface World {
  tenant: Awaited<ReturnType<ApiRoom['tenant']>>
  /** As the API writes it; a fresh one is made anew with each use. */
  idFor(id: IdOf): Promise<string>
  referenceOfContact(): Promise<string>
}

let made = 0

export async function makeWorld(room: ApiRoom, name: string): Promise<World> {
  const tenant = await room.tenant(name)
  const { tenantId } = tenant
  const ids = new Map<NodeType, string>()
  const idOf = (type: NodeType) => ids.get(type) ?? ''
  const make = async (type: NodeType) => {
    const unique = `u${++made}`
    const node = await room.database.asTenant(tenantId, tx =>
      makers[type]({ room, tx, tenantId, unique, idOf }),
    )
    if (!node) throw new Error(`no ${type} was made`)
    return node.id
  }
  for (const type of Object.keys(makers) as NodeType[]) ids.set(type, await make(type))
  return {
    tenant,
    async idFor({ type, fresh }) {
      return encodeNodeId(type, fresh ? await make(type) : idOf(type))
    },
    async referenceOfContact() {
      const { contacts } = tables
      const [contact] = await room.database.asTenant(tenantId, tx =>
        tx
          .select({ reference: contacts.reference })
          .from(contacts)
          .where(and(eq(contacts.tenantId, tenantId), eq(contacts.id, idOf('Contact')))),
      )
      return contact?.reference ?? ''
    },
  }
}

function aPublicKey(): string {
  const { type, publicBlob } = newEd25519Pair()
  return `${type} ${publicBlob.toString('base64')}`
}
