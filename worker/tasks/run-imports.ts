import { runImports } from '../../core/imports/run-imports.ts'
import { defineTask } from '../task.ts'

/** Takes the tenant's oldest waiting import, and the next, until none waits. */
export const runImportsTask = defineTask('run-imports', async ({ tenantId }, { imports, signal }) => {
  await runImports(imports, tenantId, signal)
})
