import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTree } from '../../core/files/open-tree.ts'
import { tables } from '../../db/db.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'

let room: ApiRoom
beforeAll(async () => {
  room = await openApiRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const FILES = `query ($status: [FileStatus!]) { tenant { files(filter: { status: $status }) {
  nodes { id path status size sha256 downloadUrl imports { status } } } } }`

interface Files {
  tenant: { files: { nodes: { path: string }[] } }
}

test('an upload that its sender removed is DELETED: listed by its id, with nothing to download', async () => {
  const { database, vault } = room
  const own = await room.tenant('Own')
  const { tenantId } = own
  const [account] = await database.asTenant(tenantId, tx =>
    tx.insert(tables.sftpAccounts).values({ tenantId, username: 'sender' }).returning(),
  )
  if (!account) throw new Error('no account')
  const { id, maxFileBytes } = account
  const tree = openTree({ database, vault, account: { id, tenantId, maxFileBytes } })
  const upload = await tree.openWrite('/half.wav', 'replace')
  await upload.write(0, Buffer.from('half of it'))
  await upload.abort('The connection was lost.')
  await tree.remove('/half.wav')

  const all = await room.data<Files>(own.READER, FILES)
  const [file] = await database.asTenant(tenantId, tx => tx.select().from(tables.uploadedFiles))
  expect(all.tenant.files.nodes).toEqual([
    expect.objectContaining({
      path: file?.id,
      status: 'DELETED',
      sha256: null,
      downloadUrl: null,
      imports: [],
    }),
  ])
  const deleted = await room.data<Files>(own.READER, FILES, { status: ['DELETED'] })
  expect(deleted).toEqual(all)
  const stored = await room.data<Files>(own.READER, FILES, { status: ['STORED', 'INCOMPLETE'] })
  expect(stored.tenant.files.nodes).toEqual([])
})
