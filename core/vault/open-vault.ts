import type { ConfigOf } from '../config/process-config.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../operation/metrics.ts'
import { localMasterKeys } from './master-keys.ts'
import { s3Bucket } from './s3-bucket.ts'
import { createVault, type Vault } from './vault.ts'

type VaultConfig = Pick<
  ConfigOf<'api'>,
  'S3_BUCKET' | 'S3_ENDPOINT' | 'S3_SSE' | 'AWS_REGION' | 'MASTER_KEY'
> & {
  UPLOAD_MEMORY_MB?: number
}

/** The vault of a process, as its configuration has it; credentials come from the AWS SDK's own sources. */
export function openVault(
  config: VaultConfig,
  metrics?: Pick<Metrics, 's3Requests'>,
  log?: Pick<Log, 'warn'>,
): Vault {
  const bucket = s3Bucket(
    {
      bucket: config.S3_BUCKET,
      region: config.AWS_REGION,
      ...(config.S3_ENDPOINT ? { endpoint: config.S3_ENDPOINT } : {}),
      ...(config.S3_SSE ? { sse: config.S3_SSE } : {}),
    },
    (op, result, seconds) => metrics?.s3Requests.observe({ op, result }, seconds),
    (fields, message) => log?.warn(fields, message),
  )
  return createVault({
    bucket,
    master: localMasterKeys(config.MASTER_KEY),
    ...(config.UPLOAD_MEMORY_MB ? { partBudgetBytes: config.UPLOAD_MEMORY_MB * 2 ** 20 } : {}),
  })
}
