import type { Entry } from '../core/files/file-tree.ts'
import type { Attributes } from './codec/attributes.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const HALF_A_YEAR = 182 * 24 * 3600 * 1000

const permissions = {
  file: { open: 0o100644, readOnly: 0o100444 },
  folder: { open: 0o040755, readOnly: 0o040555 },
}

export function attributesOf(entry: Entry): Attributes {
  const seconds = Math.min(Math.max(Math.floor(entry.modified.getTime() / 1000), 0), 0xffff_ffff)
  return {
    size: entry.size,
    owner: { uid: 0, gid: 0 },
    permissions: permissions[entry.kind][entry.readOnly ? 'readOnly' : 'open'],
    times: { accessed: seconds, modified: seconds },
  }
}

/** One line of `ls -l`, as FileZilla and WinSCP parse it: time for the last half year, the year before that, in UTC. */
export function longnameOf(name: string, entry: Entry, now: Date): string {
  const mode =
    entry.kind === 'folder'
      ? entry.readOnly
        ? 'dr-xr-xr-x'
        : 'drwxr-xr-x'
      : entry.readOnly
        ? '-r--r--r--'
        : '-rw-r--r--'
  const at = entry.modified
  const age = now.getTime() - at.getTime()
  const month = months[at.getUTCMonth()] ?? 'Jan'
  const day = String(at.getUTCDate()).padStart(2)
  const two = (value: number) => String(value).padStart(2, '0')
  const when =
    age >= 0 && age < HALF_A_YEAR
      ? `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`
      : ` ${String(at.getUTCFullYear()).padStart(4, '0')}`
  return `${mode}    1 sender   sender   ${String(entry.size).padStart(12)} ${month} ${day} ${when} ${name}`
}
