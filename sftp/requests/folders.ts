import type { Entry } from '../../core/files/file-tree.ts'
import { status } from '../codec/constants.ts'
import type { NamedEntry } from '../codec/replies.ts'
import { encodeHandle, encodeNames } from '../codec/replies.ts'
import { attributesOf, longnameOf } from '../longname.ts'
import { treePath } from '../paths.ts'
import type { SessionContext } from '../session/context.ts'
import { answerOk, StatusAnswer } from '../status.ts'
import type { Asked } from './asked.ts'

/** Names in one reply: with the longest names still well under what a client takes in one packet. */
const BATCH = 100

export async function answerOpendir(request: Asked<'opendir'>, session: SessionContext): Promise<Buffer> {
  const path = treePath(request.path)
  session.handles.demandRoom()
  const folder = await session.tree.stat(path)
  if (folder.kind !== 'folder') throw new StatusAnswer(status.FAILURE, 'It is no folder.')
  const parent = { ...folder, name: '..' }
  const entries = [{ ...folder, name: '.' }, parent, ...(await session.tree.list(path))]
  return encodeHandle(request.id, session.handles.add({ kind: 'folder', path, entries, next: 0 }))
}

export async function answerReaddir(request: Asked<'readdir'>, session: SessionContext): Promise<Buffer> {
  const open = session.handles.of('folder', request.handle)
  const batch = open.entries.slice(open.next, open.next + BATCH)
  open.next += batch.length
  if (open.next >= open.entries.length) {
    open.entries = []
    open.next = 0
  }
  if (batch.length === 0) throw new StatusAnswer(status.EOF, 'End of file')
  const now = session.now()
  return encodeNames(
    request.id,
    batch.map(entry => named(entry, now)),
  )
}

export async function answerMkdir(request: Asked<'mkdir'>, session: SessionContext): Promise<Buffer> {
  await session.tree.makeFolder(treePath(request.path))
  return answerOk(request.id)
}

export async function answerRmdir(request: Asked<'rmdir'>, session: SessionContext): Promise<Buffer> {
  await session.tree.removeFolder(treePath(request.path))
  return answerOk(request.id)
}

const named = (entry: Entry, now: Date): NamedEntry => ({
  name: entry.name,
  longname: longnameOf(entry.name, entry, now),
  attributes: attributesOf(entry),
})
