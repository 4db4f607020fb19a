import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { bareEnvironment } from '../support/bare-environment.ts'

// Black box: nothing of ours is imported. What a customer and an integration have: processes, GraphQL, OpenSSH's client.

const root = join(import.meta.dirname, '../..')

export interface Nightdrop extends AsyncDisposable {
  api: string
  sftp: { host: string; port: string }
  folder: string
  staffToken: string
  process: ChildProcess
  /** Ends it and keeps its folder. */
  stop(): Promise<void>
}

/** A folder for everything that a stack keeps. In /tmp and open to pass through: PostgreSQL may run as another user than the tests. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp('/tmp/nightdrop-acceptance-')
  await chmod(folder, 0o755)
  return folder
}

export async function startNightdrop(env: Record<string, string> = {}, kept?: string): Promise<Nightdrop> {
  const folder = kept ?? (await newFolder())
  const data = join(folder, 'data')
  const child = spawn(process.execPath, [join(root, 'local/start.ts')], {
    cwd: folder,
    env: {
      ...bareEnvironment(),
      DATA_DIR: data,
      API_PORT: '0',
      SFTP_PORT: '0',
      METRICS_PORT: '0',
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let line = ''
  child.stderr.on('data', chunk => {
    said += chunk
  })
  child.stdout.on('data', chunk => {
    line += chunk
  })
  const ended = once(child, 'exit')
  while (!line.includes('\n')) {
    const over = await Promise.race([sleep(50).then(() => false), ended.then(() => true)])
    if (over) throw new Error(`Nightdrop did not start: ${said}`)
  }
  const [, api = '', host = '', port = ''] =
    /^nightdrop ready api=(\S+) sftp=([^:]+):(\d+)$/m.exec(line) ?? []
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await ended
  }
  return {
    api,
    sftp: { host, port },
    folder,
    staffToken: (await readFile(join(data, 'staff-token'), 'utf8')).trim(),
    process: child,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function ask<T>(
  nightdrop: Nightdrop,
  token: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<T> {
  const response = await fetch(nightdrop.api, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const answer = (await response.json()) as { data: T; errors?: unknown }
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  return answer.data
}

const run = promisify(execFile)

/** A batch of OpenSSH's `sftp`, as a customer's job runs it; rejects when the client ends with a failure. */
export async function sftpBatch(
  nightdrop: Nightdrop,
  login: { username: string; keyFile: string },
  commands: string,
  flags: readonly string[] = [],
): Promise<string> {
  const batch = join(nightdrop.folder, `batch-${Math.random().toString(36).slice(2)}`)
  await writeFile(batch, commands)
  const address = ['-b', batch, '-i', login.keyFile, '-P', nightdrop.sftp.port]
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'IdentitiesOnly=yes',
    'LogLevel=ERROR',
  ]
  const { stdout } = await run('sftp', [
    ...flags,
    ...address,
    ...options.flatMap(option => ['-o', option]),
    `${login.username}@${nightdrop.sftp.host}`,
  ])
  return stdout
}

export interface Customer {
  tenantId: string
  token: string
  username: string
  keyFile: string
  accountId: string
}

/** A tenant with an account and a key that ssh-keygen made, as customer success and the customer would do it. */
export async function makeCustomer(nightdrop: Nightdrop, slug: string): Promise<Customer> {
  const { createTenant } = await ask<{
    createTenant: { tenant: { id: string }; adminToken: { token: string } }
  }>(
    nightdrop,
    nightdrop.staffToken,
    `mutation ($i: CreateTenantInput!) { createTenant(input: $i) { tenant { id } adminToken { token } } }`,
    {
      i: { name: slug, slug, timeZone: 'Europe/London' },
    },
  )
  const tenantId = createTenant.tenant.id
  const { createSftpAccount } = await ask<{ createSftpAccount: { id: string; username: string } }>(
    nightdrop,
    nightdrop.staffToken,
    `mutation ($t: ID!) { createSftpAccount(tenantId: $t) { id username } }`,
    { t: tenantId },
  )
  const keyFile = join(nightdrop.folder, `${slug}-key`)
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile])
  await ask(
    nightdrop,
    createTenant.adminToken.token,
    `mutation ($a: ID!, $k: String!) { addSshKey(accountId: $a, label: "job", publicKey: $k) { id } }`,
    {
      a: createSftpAccount.id,
      k: await readFile(`${keyFile}.pub`, 'utf8'),
    },
  )
  return {
    tenantId,
    token: createTenant.adminToken.token,
    username: createSftpAccount.username,
    accountId: createSftpAccount.id,
    keyFile,
  }
}

/** A customer whose files are read by a template. */
export async function customerWith(
  nightdrop: Nightdrop,
  slug: string,
  template: object,
): Promise<Customer & { templateId: string }> {
  const customer = await makeCustomer(nightdrop, slug)
  const { createColumnTemplate } = await ask<{ createColumnTemplate: { id: string } }>(
    nightdrop,
    customer.token,
    'mutation ($t: ColumnTemplateInput!) { createColumnTemplate(template: $t) { id } }',
    { t: template },
  )
  return { ...customer, templateId: createColumnTemplate.id }
}

export interface EndedImport {
  id: string
  status: string
  rowsRead: number
  created: number
  updated: number
  unchanged: number
  rejected: number
  unlinkedAgents: number
  failure: { code: string; message: string } | null
}

/** Waits until the tenant has so many imports and all of them have ended; newest first. */
export async function endedImports(
  nightdrop: Nightdrop,
  token: string,
  count: number,
): Promise<EndedImport[]> {
  for (let tries = 0; tries < 600; tries++) {
    const { tenant } = await ask<{ tenant: { imports: { nodes: EndedImport[] } } }>(
      nightdrop,
      token,
      '{ tenant { imports { nodes { id status rowsRead created updated unchanged rejected unlinkedAgents failure { code message } } } } }',
    )
    const { nodes } = tenant.imports
    if (nodes.length >= count && nodes.every(node => !['QUEUED', 'RUNNING'].includes(node.status)))
      return nodes
    await sleep(100)
  }
  throw new Error(`${count} imports did not end within a minute`)
}
