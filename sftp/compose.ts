import { announceHostKeys } from '../core/accounts/host-keys.ts'
import { type ConfigOf, describeConfig } from '../core/config/process-config.ts'
import { openTree } from '../core/files/open-tree.ts'
import { openLog } from '../core/log.ts'
import { explain, PortFault } from '../core/operation/listen.ts'
import { standardChecks } from '../core/operation/readiness.ts'
import type { Running } from '../core/operation/run-process.ts'
import { startStatusServer } from '../core/operation/status-server.ts'
import { destructionRecord } from '../core/retention/record.ts'
import { requireRecord } from '../core/retention/settle-record.ts'
import { watchRecord } from '../core/retention/watch-record.ts'
import { openVault } from '../core/vault/open-vault.ts'
import { type Database, openDatabase } from '../db/db.ts'
import { accountAuthenticator } from './authenticator.ts'
import { keptHostKeys, readHostKeys } from './host-keys.ts'
import { openSftpMetrics } from './metrics.ts'
import { type SftpServer, type SftpServerOptions, startSftpServer } from './server.ts'

type SftpConfig = ConfigOf<'sftp'>

const ANNOUNCE_MS = 3_600_000

/** The whole sftp process from its configuration. */
export async function composeSftp(config: SftpConfig): Promise<Running> {
  const log = openLog('sftp', config.LOG_LEVEL)
  log.info(describeConfig(config), 'configuration in force')
  const parts = new AsyncDisposableStack()
  try {
    const metrics = openSftpMetrics()
    const hostKeys = await hostKeysOf(config)
    const database = parts.use(
      openDatabase(config.DATABASE_URL, { applicationName: 'nightdrop-sftp', max: 20 }),
    )
    metrics.watchPool(database)
    const vault = openVault(config, metrics)
    parts.defer(() => vault.bucket.close())
    await requireRecord(database, destructionRecord(vault))
    const { lost } = parts.use(watchRecord(database, destructionRecord(vault), log))
    const warn = (error: unknown, what: string) => log.warn({ err: error }, what)
    const authenticator = accountAuthenticator(database, account =>
      openTree({ database, vault, account, warn }),
    )
    const server = await listenTo(config, { hostKeys, authenticator, log, metrics: metrics.door })
    const endUploads = () => server.close(config.SHUTDOWN_SECONDS * 1_000)
    parts.defer(endUploads)
    parts.use(await announceKeys(database, server, warn))
    const status = parts.use(
      await startStatusServer({
        host: config.METRICS_HOST,
        port: config.METRICS_PORT && config.METRICS_PORT + 1,
        variable: 'METRICS_PORT',
        registry: metrics.registry,
        checks: standardChecks(database, vault),
      }),
    )
    return {
      lost,
      addresses: {
        sftp: `${config.SFTP_HOST}:${server.port}`,
        status: `http://${config.METRICS_HOST}:${status.port}`,
      },
      close: async () => {
        status.drain()
        // The status server answers until the uploads are through: whoever balances load sees why no more may come.
        await endUploads()
        await parts.disposeAsync()
      },
    }
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}

/** The configuration has one of the two, or it would have been refused. */
const hostKeysOf = ({ SFTP_HOST_KEY_FILE: files, SFTP_HOST_KEY_FOLDER: folder }: SftpConfig) =>
  files.length === 0 && folder ? keptHostKeys(folder) : readHostKeys(files)

/** Says which port could not be had, if it cannot. */
const listenTo = (
  config: SftpConfig,
  parts: Pick<SftpServerOptions, 'hostKeys' | 'authenticator' | 'log' | 'metrics'>,
): Promise<SftpServer> => {
  const place = { host: config.SFTP_HOST, port: config.SFTP_PORT }
  const strict = config.SFTP_ALGORITHMS === 'strict'
  return startSftpServer({ ...parts, ...place, strict }).catch((error: NodeJS.ErrnoException) => {
    throw error.syscall === 'listen'
      ? new PortFault(explain(error, { ...place, variable: 'SFTP_PORT' }), { cause: error })
      : error
  })
}

/** Puts the host keys on record, now and every hour from then on. */
async function announceKeys(
  database: Database,
  { fingerprints }: SftpServer,
  warn: (error: unknown, what: string) => void,
): Promise<Disposable> {
  const announce = () => announceHostKeys(database, fingerprints, new Date())
  await announce()
  const announceAgain = () => {
    announce().catch(error => warn(error, 'host keys not announced'))
  }
  const announcing = setInterval(announceAgain, ANNOUNCE_MS)
  return { [Symbol.dispose]: () => clearInterval(announcing) }
}
