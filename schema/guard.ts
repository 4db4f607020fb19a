import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import { guardedTypes, isEveryone, rolesOf } from './field-roles.ts'

const roots: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription'])

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      guard: GuardPlugin<Types>
    }
  }
}

/**
 * Puts the roles of field-roles.ts on the fields they name. A field of a guarded type that the table forgot is a schema
 * that does not build: nothing is open by omission.
 */
export class GuardPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const name = `${field.parentType}.${field.name}`
    const roles = rolesOf(name)
    if (!roles) {
      if (guardedTypes.has(field.parentType))
        throw new Error(`schema/field-roles.ts does not say who may use ${name}`)
      return field
    }
    // Whoever got past a root has a token: what every role may read needs no look at each row.
    if (isEveryone(roles) && !roots.has(field.parentType)) return field
    const pothosOptions = { ...field.pothosOptions, authScopes: { roles } }
    return { ...field, pothosOptions } as PothosOutputFieldConfig<Types>
  }
}

SchemaBuilder.registerPlugin('guard', GuardPlugin)
