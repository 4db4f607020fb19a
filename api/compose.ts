import { createLinks } from '../core/access/links.ts'
import { openNotifications } from '../core/access/notifications.ts'
import { putStaffToken } from '../core/access/staff-token.ts'
import { TOKENS_CHANNEL } from '../core/access/tokens.ts'
import { type ConfigOf, describeConfig } from '../core/config/process-config.ts'
import { IMPORTS_CHANNEL } from '../core/imports/notify.ts'
import { type Log, openLog } from '../core/log.ts'
import { type Checks, standardChecks } from '../core/operation/readiness.ts'
import { readVersion } from '../core/operation/version.ts'
import { destructionRecord } from '../core/retention/record.ts'
import { requireRecord } from '../core/retention/settle-record.ts'
import { watchRecord } from '../core/retention/watch-record.ts'
import { openVault } from '../core/vault/open-vault.ts'
import type { Vault } from '../core/vault/vault.ts'
import { type Database, openDatabase } from '../db/db.ts'
import { createHandler, type Handler } from './handler.ts'
import type { ApiMetrics } from './metrics.ts'

export type ApiConfig = ConfigOf<'api'>

/** What tests put in the place of the process's own. */
export interface Overrides {
  database?: Database
  vault?: Vault
  log?: Log
  clock?: () => Date
}

/** The API without its port: what a runtime binds, counts and ends. */
export interface Api extends AsyncDisposable {
  lost: Promise<never>
  handler: Handler
  log: Log
  checks: Checks
  /** Links name this address; known once the port is. */
  answersAt(url: string): void
  /** How many streams' wake-ups are waited for; for tests and metrics. */
  listeners(): number
  /** Ready no more, and streams end; requests under way go on. */
  drain(): void
}

export async function composeApi(
  config: ApiConfig,
  metrics?: ApiMetrics,
  overrides: Overrides = {},
): Promise<Api> {
  const log = overrides.log ?? openLog('api', config.LOG_LEVEL)
  log.info(describeConfig(config), 'configuration in force')
  const parts = new AsyncDisposableStack()
  try {
    const database =
      overrides.database ??
      parts.use(openDatabase(config.DATABASE_URL, { applicationName: 'nightdrop-api', max: 20 }))
    metrics?.watchPool(database)
    const vault = overrides.vault ?? openVault(config, metrics)
    if (!overrides.vault) parts.defer(() => vault.bucket.close())
    const clock = overrides.clock ?? (() => new Date())
    await requireRecord(database, destructionRecord(vault))
    const { lost } = parts.use(watchRecord(database, destructionRecord(vault), log))
    if (config.STAFF_TOKEN) await putStaffToken(database, config.STAFF_TOKEN)
    const notifications = parts.use(await openNotifications(database, [IMPORTS_CHANNEL, TOKENS_CHANNEL]))
    const ending = new AbortController()
    let publicUrl = config.PUBLIC_URL?.replace(/\/+$/, '') ?? ''
    const checks = standardChecks(database, vault)
    const handler = createHandler({
      database,
      vault,
      links: createLinks(config.MASTER_KEY, () => publicUrl),
      publicUrl: () => publicUrl,
      claimUrl: secret => `${publicUrl}/claim/${secret}`,
      notifications,
      sftp: {
        host: config.SFTP_PUBLIC_HOST?.host ?? config.SFTP_HOST,
        port: config.SFTP_PUBLIC_HOST?.port ?? config.SFTP_PORT,
      },
      clock,
      trustedProxies: config.TRUSTED_PROXIES,
      ending: ending.signal,
      log,
      checks,
      version: readVersion(),
      count: (route, status) => metrics?.httpRequests.inc({ route, status: String(status) }),
    })
    return {
      lost,
      handler,
      log,
      checks,
      answersAt(url) {
        publicUrl ||= url
      },
      listeners: () => notifications.waiting,
      drain: () => ending.abort(),
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    }
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}
