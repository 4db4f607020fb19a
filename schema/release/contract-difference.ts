import { Kind, type NamedTypeNode, parse, print, type TypeNode, visit } from 'graphql'

/**
 * What two SDLs say differently about what both have: types, fields, arguments, members, their types, defaults,
 * descriptions and interfaces. What only one of them has is no difference: the schema grows towards the contract.
 */
export function differences(printed: string, contract: string): string[] {
  const theirs = sayings(contract)
  return [...sayings(printed)].flatMap(([name, text]) => {
    const promised = theirs.get(name)
    return promised === undefined || promised === text ? [] : [`${name}: ${text} instead of ${promised}`]
  })
}

/** Every named thing of an SDL, such as `Query.tenant(id)`, with all that is said about it itself. */
export function sayings(sdl: string): Map<string, string> {
  const found = new Map<string, string>()
  const path: string[] = []
  visit(parse(sdl), {
    enter(node) {
      if (!('name' in node) || node.kind === Kind.NAMED_TYPE || !node.name) return
      const inner = node.kind === Kind.INPUT_VALUE_DEFINITION || node.kind === Kind.ENUM_VALUE_DEFINITION
      if (node.kind === Kind.FIELD_DEFINITION || inner || node.kind.endsWith('TypeDefinition')) {
        path.push(node.name.value)
        found.set(path.join('.'), describe(node))
      }
    },
    leave(node) {
      if (path.at(-1) === ('name' in node ? node.name?.value : undefined) && node.kind !== Kind.NAMED_TYPE)
        if (node.kind.endsWith('Definition')) path.pop()
    },
  })
  return found
}

/** What an SDL says of a named thing in its description. */
export function descriptionAt(sdl: string, name: string): string | undefined {
  const said = sayings(sdl).get(name)
  return said?.startsWith('"') ? said.slice(1, said.indexOf('" ')) : undefined
}

interface Described {
  kind: string
  description?: { value: string } | undefined
}

function describe(node: Described & object): string {
  const words = node.description ? `"${node.description.value}" ` : ''
  const named = 'interfaces' in node ? ((node.interfaces as NamedTypeNode[] | undefined) ?? []) : []
  const interfaces = named.map(one => one.name.value).join(' & ')
  const type = 'type' in node ? print(node.type as TypeNode) : `${node.kind} ${interfaces}`
  const standard = 'defaultValue' in node && node.defaultValue
  const value = standard ? ` = ${print(standard as Parameters<typeof print>[0])}` : ''
  return `${words}${type}${value}`
}
