import process from 'node:process'
import { readConfig } from '../core/config/process-config.ts'
import { runProcess } from '../core/operation/run-process.ts'
import { composeWorker } from './compose.ts'

await runProcess(() => composeWorker(readConfig('worker', process.env)))
