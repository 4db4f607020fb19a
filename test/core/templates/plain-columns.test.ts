import { getTableColumns } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { plainColumns } from '../../../core/templates/plain-columns.ts'
import { tables } from '../../../db/db.ts'

test('what SQL calls a plain column is what contacts and their pre-images call it', () => {
  for (const table of [tables.contacts, tables.contactPreImages]) {
    const columns = getTableColumns(table)
    expect(
      plainColumns.map(({ value }) => ({
        value,
        column: columns[value].name,
        type: columns[value].getSQLType(),
      })),
    ).toEqual(plainColumns)
  }
})
