import process from 'node:process'
import { readConfig } from '../core/config/process-config.ts'
import { runProcess } from '../core/operation/run-process.ts'
import { composeSftp } from './compose.ts'

await runProcess(() => composeSftp(readConfig('sftp', process.env)))
