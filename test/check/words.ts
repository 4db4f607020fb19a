import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// What must never be committed: paths of somebody's machine, hosts of package registries, private keys, tokens.
const root = join(import.meta.dirname, '../..')
const forbidden: readonly [string, RegExp][] = [
  ['a path of a machine', /(?:^|[\s"'`(=])\/(?:work|root|home\/[a-z]+|Users)\/[\w.-]/m],
  [
    'the host of a package registry',
    /registry\.(?:npmjs|yarnpkg)\.[a-z]+|https?:\/\/[^\s"']*\/artifactory\//,
  ],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{60,}/],
  ['a token', /\bnd[ts]_[A-Za-z0-9_-]{40,}/],
]
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
let faults = 0
for (const file of listed.split('\0')) {
  if (!file || file === 'test/check/words.ts') continue
  const text = readFileSync(join(root, file), 'utf8')
  for (const [what, pattern] of forbidden) {
    const found = pattern.exec(text)
    if (!found) continue
    faults += 1
    console.error(`${file}:${text.slice(0, found.index).split('\n').length} holds ${what}`)
  }
}
process.exitCode = faults > 0 ? 1 : 0
