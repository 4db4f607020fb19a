import {
  type ASTVisitor,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'
import { Refusal } from '../core/refusal.ts'

/** Fields of the schema's own description, as answered; the usual tools ask for a quarter of that. */
export const MOST_TOLD = 50_000

/**
 * The schema is told from memory, by lists within lists: a short query could have megabytes of it. So what would be
 * answered is counted as execution would go through it, for all operations of a document and no further than the limit.
 */
export const limitIntrospection: ValidationRule = (context: ValidationContext): ASTVisitor => {
  const count = introspectionCounter(context)
  let refused = false
  return {
    OperationDefinition(operation: OperationDefinitionNode) {
      if (refused) return
      refused = count(operation.selectionSet) > MOST_TOLD
      if (!refused) return
      const words = `This query asks for more than ${MOST_TOLD} fields of the schema's description.`
      context.reportError(
        new GraphQLError(words, { nodes: operation, originalError: new Refusal('LIMITED', words) }),
      )
    },
  }
}

/** Answers how many fields, of this operation and those before. */
function introspectionCounter(context: ValidationContext): (operation: SelectionSetNode) => number {
  const schema = context.getSchema()
  const within = new Set<string>()
  let told = 0

  /** Calls `visit` with each field that has some below it, fragments laid open. */
  function each(set: SelectionSetNode, visit: (node: FieldNode, below: SelectionSetNode) => void): void {
    for (const selection of set.selections) {
      told += 1
      if (told > MOST_TOLD) return
      if (selection.kind === Kind.FIELD) {
        if (selection.selectionSet) visit(selection, selection.selectionSet)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) each(selection.selectionSet, visit)
      else {
        const name = selection.name.value
        const fragment = context.getFragment(name)
        // A fragment within itself is another rule's to refuse.
        if (!fragment || within.has(name)) continue
        within.add(name)
        each(fragment.selectionSet, visit)
        within.delete(name)
      }
    }
  }

  function tell(values: readonly unknown[], field: GraphQLField<unknown, unknown>, set: SelectionSetNode) {
    const type = getNamedType(field.type)
    if (!isObjectType(type)) return
    const fields = type.getFields()
    for (const value of values)
      each(set, (node, below) => {
        const inner = fields[node.name.value]
        if (inner) tell(valuesOf(inner, value, schema), inner, below)
      })
  }

  return operation => {
    each(operation, (node, below) => {
      const name = node.name.value
      if (name === '__schema') tell([schema], SchemaMetaFieldDef, below)
      else if (name === '__type') tell(typesMeant(node, schema), TypeMetaFieldDef, below)
    })
    return told
  }
}

function valuesOf(field: GraphQLField<unknown, unknown>, source: unknown, schema: GraphQLSchema): unknown[] {
  const info = { schema } as unknown as GraphQLResolveInfo
  const value = field.resolve?.(source, { includeDeprecated: true }, undefined, info)
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
}

/** Where a variable has the name it may be any type: they count as all. */
function typesMeant({ arguments: given }: FieldNode, schema: GraphQLSchema): unknown[] {
  const name = given?.find(argument => argument.name.value === 'name')?.value
  if (name?.kind !== Kind.STRING) return Object.values(schema.getTypeMap())
  const type = schema.getType(name.value)
  return type ? [type] : []
}
