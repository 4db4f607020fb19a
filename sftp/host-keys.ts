import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newPrivateKey } from './new-key.ts'
import { parsePrivateKey } from './ssh.ts'

/** A key the server proves itself with; its fingerprint is published and never changes by accident. */
export interface HostKey {
  /** Such as `ssh-ed25519`. */
  type: string
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  fingerprint: string
  /** Never logged. */
  privateKey: string
}

const LEAST_RSA_BITS = 2048

/** Throws, naming the file, for what is missing, encrypted, no private key, weak, or of a type that is there already. */
export async function readHostKeys(files: readonly string[]): Promise<HostKey[]> {
  const keys: HostKey[] = []
  for (const file of files) {
    const key = await readHostKey(file)
    if (keys.some(other => other.type === key.type)) throw new Error(`${file}: a second ${key.type} key.`)
    keys.push(key)
  }
  if (keys.length === 0) throw new Error('No host key was named.')
  return keys
}

/**
 * The keys of the folder, made at the first start: ED25519, ECDSA and RSA, readable by their owner alone. Processes
 * that start at once agree on the keys of whoever came first.
 */
export async function keptHostKeys(folder: string): Promise<HostKey[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const files: string[] = []
  for (const kind of ['ed25519', 'ecdsa', 'rsa'] as const) {
    const file = join(folder, `ssh_host_${kind}_key`)
    if (!(await exists(file))) await writeOnce(folder, file, newPrivateKey(kind))
    files.push(file)
  }
  return readHostKeys(files)
}

const fingerprintOf = (publicKey: Buffer): string =>
  `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`

async function readHostKey(file: string): Promise<HostKey> {
  try {
    const privateKey = await readFile(file, 'utf8')
    const key = parsePrivateKey(privateKey)
    const bits = key.type === 'ssh-rsa' ? modulusBits(key.getPublicSSH()) : LEAST_RSA_BITS
    if (bits < LEAST_RSA_BITS) throw new Error(`an RSA key of ${bits} bits; ${LEAST_RSA_BITS} is the least`)
    if (key.type === 'ssh-dss') throw new Error('a DSA key, which no client should trust')
    return { type: key.type, fingerprint: fingerprintOf(key.getPublicSSH()), privateKey }
  } catch (error) {
    throw new Error(`Host key ${file}: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    })
  }
}

/** The wire form of an RSA key is its name, e and n, each led by its length. */
function modulusBits(blob: Buffer): number {
  const afterName = 4 + blob.readUInt32BE(0)
  const afterExponent = afterName + 4 + blob.readUInt32BE(afterName)
  const modulus = blob.subarray(afterExponent + 4)
  const first = modulus.findIndex(byte => byte !== 0)
  return (modulus.length - first) * 8 - Math.clz32(modulus[first] ?? 0) + 24
}

/** Whole or not at all, and never over a key that another process has just made. */
async function writeOnce(folder: string, file: string, text: string): Promise<void> {
  const draft = join(folder, `.${randomUUID()}.draft`)
  const out = await open(draft, 'wx', 0o600)
  try {
    await out.writeFile(text)
    await out.sync()
    await out.close()
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(draft, { force: true })
  }
}

const exists = (file: string): Promise<boolean> =>
  readFile(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
