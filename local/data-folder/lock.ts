import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** Another process keeps its database in the same folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

/**
 * Holds a data folder for this process, by a socket that falls with the process whatever way it ends. The socket's
 * name is a hash in the temporary folder, since a path may be longer than a socket's name can be.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 24)
  const path = join(tmpdir(), `nightdrop-${name}.lock`)
  const server = await listenOn(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    if (await isHeld(path))
      throw new FolderInUse(
        `Another Nightdrop uses ${resolve(folder)}: end it first, or set DATA_DIR to another folder.`,
      )
    await rm(path, { force: true })
    return await listenOn(path)
  })
  return {
    [Symbol.asyncDispose]: () => new Promise(done => server.close(() => done())),
  }
}

const listenOn = (path: string) =>
  new Promise<ReturnType<typeof createServer>>((done, fail) => {
    const server = createServer(socket => socket.end())
    server.once('error', fail)
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
