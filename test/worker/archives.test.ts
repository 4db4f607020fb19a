import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { openTree } from '../../core/files/open-tree.ts'
import { tables } from '../../db/db.ts'
import { send } from '../core/files/tree-room.ts'
import { addTemplate, HEADER, row, smallTemplate } from '../support/contact-files.ts'
import { zipOf } from '../support/zip.ts'
import { openWorkerRoom } from './worker-room.ts'

test('an archive that was sent is unpacked by the worker, and its contact files are imported', async () => {
  await using room = await openWorkerRoom()
  const { database, vault, test: support } = room
  const tenantId = await support.createTenant()
  await addTemplate(database, tenantId, { ...smallTemplate, filePattern: '/*.csv' })
  const [account] = await database.asTenant(tenantId, tx =>
    tx
      .insert(tables.sftpAccounts)
      .values({ tenantId, username: `u-${randomBytes(4).toString('hex')}` })
      .returning(),
  )
  if (account === undefined) throw new Error('no account')
  await room.startWorker()
  await send(
    openTree({ database, vault, account, warn: () => {} }),
    '/night.zip',
    zipOf([
      { name: 'a.csv', bytes: HEADER + row('A') },
      { name: 'b.csv', bytes: HEADER + row('B') },
    ]),
  )
  const contacts = () => database.asTenant(tenantId, tx => tx.$count(tables.contacts))
  await expect.poll(contacts, { timeout: 30_000 }).toBe(2)
})
