import { spawn, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { callTemplate } from '../call-records.ts'

/** Whether the program is there: Debian has it as the package pgloader. */
export const hasPgloader = (): boolean => spawnSync('pgloader', ['--version']).status === 0

/** As much of the contacts as a loader without templates, agents and digests can fill, with as many indexes. */
export const similarTable = `
  create table pgloaded (
    conversation text primary key, agent text not null, start timestamptz not null, direction text, channel text,
    number text, duration interval, queue text, disposition text, recording text, skill text, rating text);
  create index on pgloaded (start, conversation);
  create index on pgloaded (agent, start);
  create index on pgloaded (queue, start);
  create index on pgloaded (recording)`

/** Loads a CSV of call records into the similar table. Rejects when pgloader fails, or leaves rows out. */
export async function runPgloader(folder: string, csv: string, superuserUrl: string): Promise<void> {
  const columns = callTemplate.columns.map(({ header }) => header?.toLowerCase()).join(', ')
  const command = join(folder, 'calls.load')
  await writeFile(
    command,
    `load csv from '${csv}' with encoding utf-8 (${columns})
       into ${superuserUrl.replace('postgres://', 'postgresql://')}
       target table public.pgloaded (${columns})
       with skip header = 1, fields terminated by ',', fields optionally enclosed by '"', fields escaped by double-quote;\n`,
  )
  const child = spawn('pgloader', ['--root-dir', join(folder, 'pgloader'), command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: Buffer[] = []
  child.stdout.on('data', (piece: Buffer) => said.push(piece))
  child.stderr.on('data', (piece: Buffer) => said.push(piece))
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
  if (code !== 0) throw new Error(`pgloader ended with ${code}: ${Buffer.concat(said).toString()}`)
}
