import { builder } from './builder.ts'

export const Role = builder.enumType('Role', {
  values: {
    STAFF: { description: 'Customer success: every tenant, set-up decisions.' },
    ADMIN: { description: "A tenant's administrator: reads and changes everything of one tenant." },
    READER: { description: 'Reads one tenant.' },
    INTEGRATION: {
      description:
        "A partner integration: reads one tenant's contacts and recordings, records evaluations, maintains agents.",
    },
  } as const,
})
