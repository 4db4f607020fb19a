import { readFileSync } from 'node:fs'
import process from 'node:process'

export interface Version {
  version: string
  /** Unknown outside a built release, where COMMIT is not beside package.json. */
  commit: string
  runtime: string
  /** Release of the time zone database that nights and dates are counted by. */
  tzdata: string
}

export function readVersion(): Version {
  const { version } = JSON.parse(read('package.json') ?? '{}') as { version?: string }
  const deno = (process.versions as Record<string, string | undefined>)['deno']
  return {
    version: version ?? 'unknown',
    commit: read('COMMIT')?.trim() ?? 'unknown',
    runtime: deno ? `deno ${deno}` : `node ${process.versions.node}`,
    tzdata: (process.versions as Record<string, string | undefined>)['tz'] ?? 'unknown',
  }
}

function read(name: string): string | undefined {
  try {
    return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
  } catch {
    return undefined
  }
}
