import { readFile } from 'node:fs/promises'
import postgres from 'postgres'

export interface Logins {
  databaseUrl: string
  ownerUrl: string
}

/** Does on an embedded server what `db/bootstrap.sql` asks of an administrator: roles, passwords, one database. */
export async function bootstrapDatabase(
  superuserUrl: string,
  database: string,
  password: string,
): Promise<Logins> {
  const statements = await readFile(new URL('../../db/bootstrap.sql', import.meta.url), 'utf8')
  const client = postgres(superuserUrl, { max: 1, onnotice: () => {} })
  try {
    await client.unsafe(statements)
    for (const role of ['nightdrop_owner', 'nightdrop_app'])
      await client.unsafe(`alter role ${role} password '${password.replaceAll("'", "''")}'`)
    const [found] = await client`select from pg_database where datname = ${database}`
    if (!found) await client`create database ${client(database)} owner nightdrop_owner`
  } finally {
    await client.end()
  }
  return loginsOf(superuserUrl, database, password)
}

export function loginsOf(superuserUrl: string, database: string, password: string): Logins {
  const as = (user: string) => {
    const url = new URL(superuserUrl)
    url.username = user
    url.password = encodeURIComponent(password)
    url.pathname = `/${database}`
    return url.href
  }
  return { databaseUrl: as('nightdrop_app'), ownerUrl: as('nightdrop_owner') }
}
