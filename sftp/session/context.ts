import type { Logger } from 'pino'
import type { FileTree } from '../../core/files/file-tree.ts'
import type { SftpMetrics } from '../ports.ts'
import type { HandleTable } from './handles.ts'

/** What every request of a session may touch. */
export interface SessionContext {
  readonly tree: FileTree
  readonly handles: HandleTable
  readonly openHandles: number
  /** What goes into the connection's record. */
  readonly tally: { bytesReceived: number; files: number }
  readonly metrics: SftpMetrics | undefined
  readonly log: Logger
  readonly now: () => Date
}
