/**
 * The database room: tables, row-level policies, migrations, connections. Knows no other room.
 * `asTenant` and `asStaff` are the only ways to tenants' rows.
 */
export { requireHead } from './at-head.ts'
export {
  type Database,
  DatabaseBusy,
  openDatabase,
  type StaffTx,
  type TenantTx,
  type Tx,
} from './database.ts'
export { enqueue } from './enqueue.ts'
export { newIds } from './new-ids.ts'
export { relations } from './relations.ts'
export * as tables from './tables.ts'
export { type TaskName, type TaskPayload, tasks } from './tasks.ts'
export { uuidArray } from './uuid-array.ts'
