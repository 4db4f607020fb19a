import type { Fault, Faults } from '../../local/object-store/faults.ts'
import type { OperationName } from '../../local/object-store/routes.ts'

export interface FaultRule {
  readonly operation: OperationName | 'any'
  /** Which calls: one, several, or from the first on when left out. With `any`, each operation has its own count. */
  readonly nth?: number | readonly number[]
  readonly key?: string
  readonly partNumber?: number
  readonly fault: Fault
}

/** The first rule that fits decides. */
export const planFaults =
  (rules: readonly FaultRule[]): Faults =>
  call =>
    rules.find(
      rule =>
        (rule.operation === 'any' || rule.operation === call.operation) &&
        (rule.nth === undefined || [rule.nth].flat().includes(call.nth)) &&
        (rule.key === undefined || rule.key === call.key) &&
        (rule.partNumber === undefined || rule.partNumber === call.partNumber),
    )?.fault
