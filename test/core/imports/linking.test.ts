import { expect, test } from 'vitest'
import { upsertAgents } from '../../../core/agents/agents.ts'
import { claimPastContacts } from '../../../core/agents/claim-past-contacts.ts'
import { HEADER, row, smallTemplate } from '../../support/contact-files.ts'
import { openImportRoom } from './import-room.ts'

test('agents are linked in the merge, by the kind of key that the template names, and by aliases', async () => {
  await using room = await openImportRoom()
  const [diane] = await room.inTenant(tx =>
    upsertAgents(tx, room.tenantId, [
      { name: 'D', username: 'Diane', email: 'd@example.com', aliases: ['the boss'] },
      { name: 'Bob', username: 'bob', aliases: ['nickname'] },
    ]),
  )
  const body =
    HEADER + row('A', ' DIANE') + row('B', 'The Boss') + row('C', 'd@example.com') + row('D', 'Bob')
  const id = await room.upload('/a.csv', body)
  await room.run()
  const linked = (await room.contacts()).map(each => each.agentId)
  expect(linked.slice(0, 3)).toEqual([diane?.id, diane?.id, null])
  expect(linked[3]).not.toBeNull()
  expect((await room.import(id)).unlinkedAgents).toBe(1)
})

test('a name that two agents share links nobody', async () => {
  await using room = await openImportRoom({ templates: [{ ...smallTemplate, agentKey: 'NAME' }] })
  await room.inTenant(tx =>
    upsertAgents(tx, room.tenantId, [
      { name: 'Jo', username: 'jo1' },
      { name: 'Jo', username: 'jo2' },
      { name: 'Al', username: 'al' },
    ]),
  )
  await room.upload('/a.csv', HEADER + row('A', 'Jo') + row('B', 'Al'))
  await room.run()
  expect((await room.contacts()).map(each => each.agentId === null)).toEqual([true, false])
})

test('what committed while the import ran is linked after it', async () => {
  await using room = await openImportRoom()
  await room.upload('/a.csv', HEADER + row('A', 'late') + row('B', 'never'))
  await room.run()
  await room.addAgent('Late')
  expect(await claimPastContacts(room.database, room.tenantId)).toBe(1)
  expect((await room.contacts()).map(each => each.agentId === null)).toEqual([false, true])
})
