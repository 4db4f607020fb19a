/** Every table, by the noun it keeps. */
export * from './tables/access.ts'
export * from './tables/accounts.ts'
export * from './tables/contacts.ts'
export * from './tables/files.ts'
export * from './tables/imports.ts'
export * from './tables/processes.ts'
export * from './tables/tenants.ts'
