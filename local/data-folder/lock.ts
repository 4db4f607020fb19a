import { mkdir, rm, stat } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join, resolve } from 'node:path'
import { StartFault } from '../../core/operation/start-fault.ts'

/** Another process keeps its database in the same folder. */
export class FolderInUse extends StartFault {
  override readonly name = 'FolderInUse'
}

/** The longest path that a socket's name can be on Linux is 107 bytes. */
const LONGEST = 100

/**
 * Holds a data folder for this process, by sockets that fall with the process whatever way it ends: on Linux one
 * without a file, named for the folder itself however it is reached, so that no two can take a dead one's place at
 * once; and one in the folder, which tells a process in another container.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = resolve(folder)
  const inUse = new FolderInUse(
    `Another Nightdrop uses ${path}: end it first, or set DATA_DIR to another folder.`,
  )
  await mkdir(path, { recursive: true, mode: 0o755 }).catch((cause: NodeJS.ErrnoException) => {
    throw new StartFault(`DATA_DIR ${path} cannot be made: ${cause.code ?? cause.message}.`, { cause })
  })
  const held: Server[] = []
  const release = async () => {
    for (const server of held) await new Promise<void>(done => server.close(() => done()))
  }
  if (process.platform === 'linux') {
    const { dev, ino } = await stat(path)
    held.push(await listenOn(`\0nightdrop-${dev}-${ino}`, inUse))
  }
  try {
    const file = join(path, 'lock')
    if (Buffer.byteLength(file) <= LONGEST) {
      if (await isHeld(file)) throw inUse
      await rm(file, { force: true })
      held.push(await listenOn(file, inUse))
    }
  } catch (error) {
    const holdsNoSockets = noSockets.has((error as NodeJS.ErrnoException).code ?? '')
    if (held.length === 0 || !holdsNoSockets) {
      await release()
      throw error
    }
  }
  return { [Symbol.asyncDispose]: release }
}

/** What some file systems answer when a socket is made on them. */
const noSockets = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'])

const listenOn = (path: string, inUse: FolderInUse) =>
  new Promise<Server>((done, fail) => {
    const server = createServer(socket => socket.end())
    server.once('error', (error: NodeJS.ErrnoException) => fail(error.code === 'EADDRINUSE' ? inUse : error))
    server.listen(path, () => done(server))
    server.unref()
  })

const isHeld = (path: string) =>
  new Promise<boolean>(done => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
