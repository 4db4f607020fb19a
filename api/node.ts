import process from 'node:process'
import { readConfig } from '../core/config/process-config.ts'
import { runProcess } from '../core/operation/run-process.ts'
import { startApi } from './node-process.ts'

await runProcess(() => startApi(readConfig('api', process.env)))
