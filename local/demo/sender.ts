import { setTimeout as sleep } from 'node:timers/promises'
import ssh2 from 'ssh2'

/** What a customer's batch job does: log in with a key, put files, fetch the receipt. */
export interface Sender extends AsyncDisposable {
  /** `progress` is told the bytes sent so far. */
  put(path: string, bytes: Buffer, progress: (sent: number) => void): Promise<void>
  makeFolder(path: string): Promise<void>
  list(path: string): Promise<string[]>
  get(path: string): Promise<Buffer>
}

export async function connectSender(login: {
  host: string
  port: number
  username: string
  privateKey: string
  fingerprints: readonly string[]
}): Promise<Sender> {
  const client = new ssh2.Client()
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    client.connect({
      host: login.host,
      port: login.port,
      username: login.username,
      privateKey: login.privateKey,
      hostHash: 'sha256',
      // The fingerprint that GraphQL answers is what a careful client compares with.
      hostVerifier: (hash: string) =>
        login.fingerprints.includes(
          `SHA256:${Buffer.from(hash, 'hex').toString('base64').replace(/=+$/, '')}`,
        ),
    })
  })
  const sftp = await new Promise<ssh2.SFTPWrapper>((resolve, reject) => {
    client.sftp((error, channel) => (error ? reject(error) : resolve(channel)))
  })
  return {
    put: (path, bytes, progress) =>
      new Promise((resolve, reject) => {
        const target = sftp.createWriteStream(path)
        target.once('error', reject).once('close', resolve)
        void pour(bytes, target, progress).catch(reject)
      }),
    makeFolder: path =>
      new Promise((resolve, reject) => {
        sftp.mkdir(path, error => (error ? reject(error) : resolve()))
      }),
    list: path =>
      new Promise((resolve, reject) => {
        sftp.readdir(path, (error, entries) =>
          error ? reject(error) : resolve(entries.map(entry => entry.filename)),
        )
      }),
    get: path =>
      new Promise((resolve, reject) => {
        sftp.readFile(path, (error, bytes) => (error ? reject(error) : resolve(bytes)))
      }),
    [Symbol.asyncDispose]: async () => {
      client.end()
      await sleep(50)
    },
  }
}

async function pour(
  bytes: Buffer,
  target: NodeJS.WritableStream,
  progress: (sent: number) => void,
): Promise<void> {
  const piece = 32 * 1024
  for (let sent = 0; sent < bytes.length; sent += piece) {
    if (!target.write(bytes.subarray(sent, sent + piece)))
      await new Promise<void>(resolve => {
        target.once('drain', () => resolve())
      })
    progress(Math.min(sent + piece, bytes.length))
  }
  target.end()
}
