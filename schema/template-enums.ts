import type { ContactField as AnyField } from '../core/templates/template.ts'
import { agentKeys, ambiguousTimes, encodings } from '../core/templates/template.ts'
import { builder } from './builder.ts'

export const ContactField = builder.enumType('ContactField', {
  values: {
    REFERENCE: {},
    AGENT: {},
    CONTACT_DATE: { description: 'A date and time in one column.' },
    CONTACT_DAY: { description: 'A date whose time stands in a CONTACT_TIME column.' },
    CONTACT_TIME: {},
    DIRECTION: {},
    CHANNEL: {},
    CUSTOMER_PHONE: {},
    DURATION: {},
    QUEUE: {},
    CAMPAIGN: {},
    DISPOSITION: {},
    EXTERNAL_URL: {},
    RECORDING: {},
    SCREEN_RECORDING: {},
    METADATA: { description: 'Kept under its header.' },
    IGNORED: { description: 'Read past, not kept.' },
  } as const satisfies Record<AnyField, object>,
})

export const Encoding = builder.enumType('Encoding', { values: encodings })

export const AgentKey = builder.enumType('AgentKey', { values: agentKeys })

export const AmbiguousTime = builder.enumType('AmbiguousTime', { values: ambiguousTimes })

export const ExtraColumns = builder.enumType('ExtraColumns', {
  values: {
    KEEP: { description: 'Columns after the agreed ones are kept as metadata.' },
    IGNORE: {},
    REJECT: {},
  } as const,
})

export const ExistingContact = builder.enumType('ExistingContact', {
  values: {
    UPDATE: {
      description:
        'A row whose reference exists updates that contact (an empty cell erases), unless it is evaluated or on hold, or was last written by a newer file: then it counts as unchanged.',
    },
    SKIP: { description: 'Counts as unchanged.' },
  } as const,
})
