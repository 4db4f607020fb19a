import { writeFile } from 'node:fs/promises'
import { vectors } from './vectors.ts'

await writeFile(
  new URL('../../../docs/encryption-vectors.json', import.meta.url),
  `${JSON.stringify(vectors(), undefined, 2)}\n`,
)
