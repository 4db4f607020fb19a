import { account } from './account.ts'
import { agents } from './agents.ts'
import { certificate } from './certificate.ts'
import { claim } from './claim.ts'
import type { Subject } from './command.ts'
import { config } from './config.ts'
import { doctor } from './doctor.ts'
import { imports } from './imports.ts'
import { key } from './key.ts'
import { retention } from './retention.ts'
import { schema } from './schema.ts'
import { template } from './template.ts'
import { tenant } from './tenant.ts'
import { token } from './token.ts'

/** Every subject, in the order that help lists them. A new one is a file beside this one and a line here. */
export const subjects: Readonly<Record<string, Subject>> = {
  config,
  doctor,
  tenant,
  token,
  account,
  key,
  claim,
  agents,
  template,
  import: imports,
  retention,
  certificate,
  schema,
}
