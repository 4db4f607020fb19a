/** A thing that a tool can check; it passes when its command exits 0. */
export interface Step {
  name: string
  command: readonly string[]
}

const deno = ['deno', 'check', '--node-modules-dir=manual', '--quiet']

export const steps: readonly Step[] = [
  { name: 'format', command: ['biome', 'ci', '--colors=off', '.'] },
  { name: 'types', command: ['tsc'] },
  { name: 'types-deno', command: [...deno, 'api/deno.ts'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings', '.'] },
  { name: 'layers', command: ['node', 'test/check/layers.ts'] },
  { name: 'unused', command: ['knip', '--no-progress'] },
  { name: 'unused-shipped', command: ['knip', '--no-progress', '--production'] },
  { name: 'migrations', command: ['node', 'test/check/migrations.ts'] },
  { name: 'schema', command: ['node', 'test/check/schema.ts'] },
  { name: 'words', command: ['node', 'test/check/words.ts'] },
]
