/** Every table that is no tenant's own, or whose key looks across tenants, with the reason. A table of neither kind fails the catalogue's test. */

/** Registries: unique across tenants, since the tenant is what they tell. Index names, since only these may. */
export const registries: Record<string, string> = {
  tenants_pkey: 'the tenant itself; its id is the tenant',
  tenants_slug_registry: 'slugs are one name space for people',
  token_registry_pkey: 'the hash of a token is all that a request brings',
  claim_links_pkey: 'the hash of a claim link is all that its visitor brings',
  sftp_usernames_pkey: 'SSH knows nothing but a user name at login',
}

/** Tables of no tenant. The tenants' role has no privilege on them, but to read what is public. */
export const tenantless: Record<string, string> = {
  staff_tokens: 'customer success belongs to no tenant',
  unattributed_connections: 'failed before a user name was known',
  sftp_host_keys: "the sftp processes' own fingerprints",
  workers: "the worker processes' signs of life",
}

/** Of the tables of no tenant, those that every tenant may read. */
export const publicKnowledge: Record<string, string> = {
  sftp_host_keys: 'fingerprints that clients compare before they trust us',
}

/** Who may call what, and who owns it. `lookup_…` answer before a tenant is known; `enqueue` reaches the queue's closed tables. */
export const functions: Record<string, { owner: string; callers: string[]; definer: boolean }> = {
  lookup_token: { owner: 'nightdrop_definer', callers: ['nightdrop_app'], definer: true },
  lookup_sftp_username: { owner: 'nightdrop_definer', callers: ['nightdrop_app'], definer: true },
  lookup_claim_link: { owner: 'nightdrop_definer', callers: ['nightdrop_app'], definer: true },
  enqueue: { owner: 'nightdrop_owner', callers: ['nightdrop_staff', 'nightdrop_tenant'], definer: true },
  applied_migrations: { owner: 'nightdrop_owner', callers: ['nightdrop_app'], definer: true },
}
