import { createPublicKey } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { certificateFault, certificateKey, publicHalf } from '../../../core/retention/certificate.ts'
import { downloadCertificate } from '../../../core/retention/download-certificate.ts'
import { storedObject } from '../../../core/vault/object-rows.ts'
import { tables } from '../../../db/db.ts'
import { openRetentionRoom } from './retention-room.ts'

const { contacts, tombstones, uploadedFiles, vaultObjects } = tables

test('what is overdue goes with its recordings, their keys and links; what is not, evaluated or held stays', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  const old = await room.addContact('old', { daysAgo: 31 })
  const audio = await room.addRecording('/old.wav', { linkedTo: [old], daysAgo: 31 })
  const screen = await room.addRecording('/old.mp4', { linkedTo: [old], daysAgo: 31 })
  const young = await room.addContact('young', { daysAgo: 29 })
  const kept = await room.addRecording('/young.wav', { linkedTo: [young], daysAgo: 29 })
  await room.addContact('evaluated', { daysAgo: 400, evaluatedAt: room.now })
  await room.addContact('held', { daysAgo: 400, holdCount: 1 })
  const run = await room.sweep()
  expect(await room.references()).toEqual(['evaluated', 'held', 'young'])
  expect(await room.recordingIds()).toEqual([kept.id])
  expect(run).toMatchObject({ contactsDeleted: 1, recordingsDeleted: 2, finishedAt: room.now })
  expect(run.bytesDeleted).toBe('the bytes of /old.wavthe bytes of /old.mp4'.length)
  for (const { objectId, fileId } of [audio, screen]) {
    await expect(room.inTenant(tx => storedObject(tx, room.tenantId, objectId))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const [file] = await room.inTenant(tx =>
      tx.select().from(uploadedFiles).where(eq(uploadedFiles.id, fileId)),
    )
    expect(file).toMatchObject({ status: 'DELETED', path: fileId, objectId: null, listed: false })
  }
  expect(await room.count('object_removals')).toBe(2)
  const buried = await room.inTenant(tx => tx.select().from(tombstones))
  expect(buried.filter(stone => stone.kind === 'REFERENCE').map(stone => stone.hash)).toEqual([
    room.hashes.reference('old'),
  ])
  expect(buried.filter(stone => stone.kind === 'FILE')).toHaveLength(2)
})

test('a recording of two contacts lives as long as the longer one', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  const first = await room.addContact('first', { daysAgo: 40 })
  const second = await room.addContact('second', { daysAgo: 20 })
  const shared = await room.addRecording('/shared.wav', { linkedTo: [first, second], daysAgo: 40 })
  expect(await room.sweep()).toMatchObject({ contactsDeleted: 1, recordingsDeleted: 0 })
  expect(await room.recordingIds()).toEqual([shared.id])
  room.later(11)
  expect(await room.sweep()).toMatchObject({ contactsDeleted: 1, recordingsDeleted: 1 })
  expect(await room.recordingIds()).toEqual([])
})

test('a recording that nobody named goes so many days after it came; a candidate once its contacts are gone', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  await room.addRecording('/orphan.wav', { daysAgo: 31 })
  const fresh = await room.addRecording('/fresh.wav', { daysAgo: 29 })
  const contact = await room.addContact('ambiguous', { daysAgo: 20 })
  const candidate = await room.addRecording('/perhaps.wav', {
    daysAgo: 31,
    linkedTo: [contact],
    state: 'CANDIDATE',
  })
  await room.sweep()
  expect((await room.recordingIds()).sort()).toEqual([fresh.id, candidate.id].sort())
  room.later(11)
  await room.sweep()
  expect(await room.recordingIds()).toEqual([])
})

test('evaluated contacts go by their own term alone, on either clock', async () => {
  const room = await openRetentionRoom()
  const evaluatedAt = room.now
  await room.addContact('seen-long-ago', { daysAgo: 100, evaluatedAt })
  await room.addContact('seen', { daysAgo: 50, evaluatedAt })
  await room.addContact('late', { daysAgo: 1, occurredAt: new Date(+room.now - 60 * 86_400_000) })
  await room.setRule({ deleteAfterDays: 30, deleteEvaluatedAfterDays: 90 })
  await room.sweep()
  expect(await room.references()).toEqual(['late', 'seen'])
  await room.setRule({ deleteAfterDays: 30, deleteEvaluatedAfterDays: 90, clock: 'OCCURRED_AT' })
  await room.sweep()
  expect(await room.references()).toEqual(['seen'])
})

test('many shares end as one does, whatever their size', async () => {
  for (const share of [1, 7, 1_000]) {
    const room = await openRetentionRoom({ share })
    await room.setRule({ deleteAfterDays: 30 })
    for (let n = 0; n < 20; n++) {
      const id = await room.addContact(`r${n}`, { daysAgo: n % 4 === 0 ? 10 : 40 })
      if (n % 3 === 0) await room.addRecording(`/r${n}.wav`, { linkedTo: [id], daysAgo: 40 })
    }
    expect(await room.sweep()).toMatchObject({ contactsDeleted: 15, recordingsDeleted: 5 })
    expect(await room.references()).toHaveLength(5)
  }
})

test('a run stopped in the middle is gone on with, and its counts add up', async () => {
  const room = await openRetentionRoom({ share: 1, lanes: 1 })
  await room.setRule({ deleteAfterDays: 30 })
  for (let n = 0; n < 6; n++) await room.addContact(`r${n}`, { daysAgo: 40 })
  const stop = new AbortController()
  let puts = 0
  room.bucket.before = async (op, _, name) => {
    if (op === 'put' && name?.endsWith('.done') && ++puts === 3) stop.abort(new Error('stopped'))
  }
  await expect(room.sweep(stop.signal)).rejects.toThrow('stopped')
  expect(await room.references()).toHaveLength(3)
  expect(await room.sweep()).toMatchObject({ contactsDeleted: 6 })
  expect(await room.count('retention_runs')).toBe(1)
})

test('without a rule, or with one that is off, no contact is deleted', async () => {
  const room = await openRetentionRoom()
  await room.addContact('ancient', { daysAgo: 3_000 })
  await room.addRecording('/ancient.wav', { daysAgo: 3_000 })
  expect(await room.sweep()).toMatchObject({ contactsDeleted: 0, recordingsDeleted: 0 })
  await room.setRule({ enabled: false, deleteAfterDays: 1 })
  expect(await room.sweep()).toMatchObject({ contactsDeleted: 0, recordingsDeleted: 0 })
  expect(await room.references()).toEqual(['ancient'])
})

test('contacts of the first release, which had no keyed hash, are deleted and remembered like all others', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  await room.addContact('first-release', { daysAgo: 40, referenceHash: null })
  await room.sweep()
  expect(await room.references()).toEqual([])
  expect(await room.inTenant(tx => tx.select({ hash: tombstones.hash }).from(tombstones))).toEqual([
    { hash: room.hashes.reference('first-release') },
  ])
})

test('a run leaves a certificate that holds, names every hash and object, and tells nothing', async () => {
  const room = await openRetentionRoom({ share: 2 })
  await room.setRule({ deleteAfterDays: 30 })
  const objects: string[] = []
  for (let n = 0; n < 5; n++) {
    const id = await room.addContact(`secret-reference-${n}`, { daysAgo: 40 })
    objects.push((await room.addRecording(`/secret-name-${n}.wav`, { linkedTo: [id], daysAgo: 40 })).objectId)
  }
  const { certificateId, rule } = await room.sweep()
  const object = await room.inTenant(tx => storedObject(tx, room.tenantId, certificateId ?? ''))
  const pieces: Buffer[] = []
  for await (const piece of room.vault.readAll(object)) pieces.push(piece)
  const text = Buffer.concat(pieces).toString()
  const download = await downloadCertificate(room.database, room.vault, room.tenantId, certificateId ?? '')
  expect(download).toMatchObject({ modified: room.now, size: text.length })
  const publicKey = createPublicKey(publicHalf(await certificateKey(room.vault.master)))
  expect(certificateFault(text, publicKey)).toBeNull()
  expect(text).not.toMatch(/secret/)
  const { destroyed, document } = JSON.parse(text)
  // Who set the rule is a person's name.
  const { changedBy, ...terms } = rule
  expect(changedBy).toBe('administrator')
  expect(document).toMatchObject({ kind: 'RETENTION_RUN', counts: { contacts: 5, recordings: 5 } })
  expect(document.rule).toEqual(terms)
  expect(destroyed.flatMap((entry: { objects: string[] }) => entry.objects).sort()).toEqual(objects.sort())
  expect(destroyed.flatMap((entry: { references: string[] }) => entry.references).sort()).toEqual(
    [0, 1, 2, 3, 4].map(n => room.hashes.reference(`secret-reference-${n}`)).sort(),
  )
  // Any change of what it says is noticed.
  expect(certificateFault(text.replace('"contacts":5', '"contacts":4'), publicKey)).toMatch(/altered/)
  expect(certificateFault(text.replace(objects[0] ?? '', crypto.randomUUID()), publicKey)).toMatch(/altered/)
  expect(certificateFault('{}', publicKey)).toMatch(/no certificate/)
})

test('contacts that somebody holds locked are passed over, and looked at again once they are let go', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  const id = await room.addContact('busy', { daysAgo: 40 })
  await room.addContact('free', { daysAgo: 40 })
  const locked = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const holding = room.inTenant(async tx => {
    await tx.update(contacts).set({ evaluatedAt: room.now }).where(eq(contacts.id, id))
    locked.resolve()
    await release.promise
  })
  await locked.promise
  expect(await room.sweep()).toMatchObject({ contactsDeleted: 1, finishedAt: null })
  release.resolve()
  await holding
  expect(await room.sweep()).toMatchObject({ contactsDeleted: 1, finishedAt: room.now })
  expect(await room.references()).toEqual(['busy'])
})

test('no object is left in the vault that no row names', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  const id = await room.addContact('old', { daysAgo: 40 })
  await room.addRecording('/old.wav', { linkedTo: [id], daysAgo: 40 })
  const { certificateId } = await room.sweep()
  const left = await room.inTenant(tx => tx.select({ id: vaultObjects.id }).from(vaultObjects))
  expect(left).toEqual([{ id: certificateId }])
})
