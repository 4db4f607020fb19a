import { or, type SQL, sql } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { badInput } from '../refusal.ts'
import { foldAgentKey } from '../templates/agent-key.ts'
import { characterFault, LONGEST_NAME } from '../templates/cell-checks.ts'

type Contacts = typeof tables.contacts
type Searched = 'referenceFolded' | 'agentMatch' | 'phoneReversed'

/** A column that begins with these words, as the column is folded. */
interface Beginning {
  column: Searched
  words: SQL
}

/** Up to so many matches are found by the indexes alone, whatever the planner takes for likely. */
const MOST_SOUGHT = 20_000

/**
 * Contacts whose reference or agent key begins with these words, whatever the case, or whose phone ends with these
 * digits. Undefined for words that are none; BAD_INPUT for what nothing can hold.
 *
 * Few matches are sought by the three indexes, one after the other, and then put in order. Many are found along the
 * list's order sooner than they could be put into one: there the planner may choose. It cannot be left to choose always,
 * since it knows the words of all tenants together: words that are common elsewhere and rare here would have it read all
 * that a tenant has.
 */
export async function searchContacts(
  tx: Tx,
  tenantId: string,
  search: string,
): Promise<((contacts: Contacts) => SQL | undefined) | undefined> {
  const beginnings = beginningsOf(search)
  if (beginnings.length === 0) return undefined
  const all = (what: SQL) =>
    sql.join(
      beginnings.map(beginning => sought(tenantId, beginning, what)),
      sql` union all `,
    )
  const [found] = await tx.execute<{ many: boolean }>(
    sql`select count(*) > ${MOST_SOUGHT} as many from (${all(sql`true`)}) as found`,
  )
  if (found?.many)
    return contacts => or(...beginnings.map(({ column, words }) => beginsWith(contacts[column], words)))
  return contacts => sql`${contacts.id} = any(array(${all(sql`id`)}))`
}

/** Ordered and limited, so that no other index is taken for the better one. */
function sought(tenantId: string, { column, words }: Beginning, what: SQL): SQL {
  const name = sql.identifier(columnNames[column])
  return sql`(select ${what} from contacts where tenant_id = ${tenantId} and ${beginsWith(name, words)} order by ${name} collate "C" limit ${MOST_SOUGHT + 1})`
}

const columnNames: Record<Searched, string> = {
  referenceFolded: 'reference_folded',
  agentMatch: 'agent_match',
  phoneReversed: 'phone_reversed',
}

/** A range, in the order of bytes as the indexes are: no operator that looks for patterns passes below row security. */
const beginsWith = (column: SQL | Contacts[Searched] | ReturnType<typeof sql.identifier>, words: SQL): SQL =>
  sql`(${column} collate "C" >= ${words} and ${column} collate "C" < ${words} || ${LAST_CHARACTER}::text)`

const LAST_CHARACTER = '\u{10ffff}'

function beginningsOf(search: string): Beginning[] {
  const words = search.trim()
  if (words === '') return []
  const fault =
    words.length > LONGEST_NAME ? `has more than ${LONGEST_NAME} characters` : characterFault(words)
  if (fault !== null)
    throw badInput([{ path: ['filter', 'search'], message: `What is searched for ${fault}.` }])
  return [
    // As the columns' own expressions do it: JavaScript folds some letters in another way.
    { column: 'referenceFolded', words: sql`lower(${words}::text)` },
    ...agentKeys(words).map(key => ({ column: 'agentMatch' as const, words: sql`${key}::text` })),
    ...phones(words).map(digits => ({
      column: 'phoneReversed' as const,
      words: sql`reverse(${digits}::text)`,
    })),
  ]
}

/** A sigma is folded in one way at a word's end and in another within it; nobody knows which it is in half a word. */
function agentKeys(words: string): string[] {
  const key = foldAgentKey(words)
  return key.endsWith('ς') ? [key, `${key.slice(0, -1)}σ`] : [key]
}

const FEWEST_DIGITS = 6
/** Digits, and what phone numbers are written with between them. */
const PHONE = /^[\d\s()+./\u2010-\u2015-]+$/

/**
 * The digits of words that may be a phone's end. A zero that is dialled inside a country only, `(0)20` or `020`, is not
 * in numbers that are written with their country.
 */
function phones(words: string): string[] {
  if (!PHONE.test(words)) return []
  const digits = words.replace(/\(0\)/g, '').replace(/\D/g, '')
  return [...new Set([digits, digits.replace(/^0+/, '')])].filter(each => each.length >= FEWEST_DIGITS)
}
