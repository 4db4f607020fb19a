import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'
import { Refusal } from '../core/refusal.ts'

/** Of any operation, its fragments laid open. Real screens stay far below. */
export const queryLimits = { depth: 12, fields: 1_000, aliases: 100, rootFields: 30, tokens: 4_000 } as const

/** What a selection comes to. Introspection has limits of its own: `limitIntrospection`, and a depth that graphql-js bounds. */
interface Extent {
  depth: number
  fields: number
  aliases: number
}

/**
 * One rule of ours, before anything runs and before a subscription begins: how deep, how wide, how many aliases and
 * root fields. Each fragment is measured once however often it is spread, so that measuring costs no more than reading.
 */
export const limitQuery: ValidationRule = (context: ValidationContext): ASTVisitor => ({
  OperationDefinition(operation: OperationDefinitionNode) {
    const extent = measure(operation.selectionSet, fragmentsOf(context.getDocument()), new Map())
    const { rootFields, ...most } = queryLimits
    const excess = (['depth', 'fields', 'aliases'] as const).find(name => extent[name] > most[name])
    const roots = countRoots(operation.selectionSet, fragmentsOf(context.getDocument()), new Map())
    const words = excess
      ? `This query has ${said[excess]} ${extent[excess]}; at most ${most[excess]} are answered.`
      : `This query has ${roots} root fields; at most ${rootFields} are answered.`
    if (excess || roots > rootFields)
      context.reportError(
        new GraphQLError(words, { nodes: operation, originalError: new Refusal('LIMITED', words) }),
      )
  },
})

const said = { depth: 'a depth of', fields: 'a number of fields of', aliases: 'a number of aliases of' }

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

const fragmentsOf = (document: DocumentNode): Fragments =>
  new Map(
    document.definitions.flatMap(definition =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  )

const nothing: Extent = { depth: 0, fields: 0, aliases: 0 }

function measure(set: SelectionSetNode, fragments: Fragments, known: Map<string, Extent>): Extent {
  let all = nothing
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const inner =
        selection.selectionSet && !selection.name.value.startsWith('__')
          ? measure(selection.selectionSet, fragments, known)
          : nothing
      all = beside(all, {
        depth: inner.depth + 1,
        fields: inner.fields + 1,
        aliases: inner.aliases + (selection.alias ? 1 : 0),
      })
    } else if (selection.kind === Kind.INLINE_FRAGMENT)
      all = beside(all, measure(selection.selectionSet, fragments, known))
    else {
      const name = selection.name.value
      const fragment = fragments.get(name)
      if (fragment && !known.has(name)) {
        // A fragment within itself is another rule's to refuse.
        known.set(name, nothing)
        known.set(name, measure(fragment.selectionSet, fragments, known))
      }
      all = beside(all, known.get(name) ?? nothing)
    }
  }
  return all
}

const beside = (one: Extent, other: Extent): Extent => ({
  depth: Math.max(one.depth, other.depth),
  fields: one.fields + other.fields,
  aliases: one.aliases + other.aliases,
})

function countRoots(set: SelectionSetNode, fragments: Fragments, known: Map<string, number>): number {
  let count = 0
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) count += 1
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      count += countRoots(selection.selectionSet, fragments, known)
    else {
      const name = selection.name.value
      const fragment = fragments.get(name)
      if (fragment && !known.has(name)) {
        known.set(name, 0)
        known.set(name, countRoots(fragment.selectionSet, fragments, known))
      }
      count += known.get(name) ?? 0
    }
  }
  return count
}

/** Strangers are told nothing of the schema. */
export const refuseIntrospection: ValidationRule = (context: ValidationContext): ASTVisitor => ({
  Field(field) {
    if (field.name.value !== '__schema' && field.name.value !== '__type') return
    const words = 'The schema is told to those who send a token.'
    context.reportError(
      new GraphQLError(words, { nodes: field, originalError: new Refusal('UNAUTHENTICATED', words) }),
    )
  },
})
