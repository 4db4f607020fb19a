import { pino } from 'pino'
import type { Log } from '../../core/log.ts'

export const silentLog = (): Log => pino({ level: 'silent' })
