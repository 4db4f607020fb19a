import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Step } from './steps.ts'

const root = join(import.meta.dirname, '../..')

export function runStep(step: Step): Promise<{ ok: boolean; output: string; milliseconds: number }> {
  const began = performance.now()
  const [program = '', ...flags] = step.command
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`
  return new Promise(resolve => {
    const child = spawn(program, flags, { cwd: root, env: { ...process.env, PATH: path, NO_COLOR: '1' } })
    let output = ''
    const take = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    const end = (ok: boolean) => resolve({ ok, output, milliseconds: performance.now() - began })
    child.once('error', error => {
      output += error.message
      end(false)
    })
    child.once('close', code => end(code === 0))
  })
}
