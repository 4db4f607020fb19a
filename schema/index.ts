/**
 * The GraphQL schema: one file for each concept of the product, each with its type, its queries and its mutations.
 * Resolvers are a few lines that call core/. schema.graphql is what it prints; contract.graphql is what was promised.
 */
import './scalars.ts'
import './node.ts'
import './viewer.ts'
import './tenant.ts'
import './api-token.ts'
import './audit-event.ts'
import './invitation.ts'
import './column-template-input.ts'
import './column-template-changes.ts'
import './setup-request.ts'
import './setup-queue.ts'
import './setup-decision.ts'
import './template-preview.ts'
import './sftp-account.ts'
import './ssh-key.ts'
import './sftp-connection.ts'
import './file.ts'
import './import.ts'
import './import-subscriptions.ts'
import './import-again.ts'
import './contact.ts'
import './recording.ts'
import './agent.ts'
import './agent-list.ts'
import './evaluation.ts'
import './legal-hold.ts'
import './health.ts'
import './tenant-settings.ts'
import './retention-rule.ts'
import './retention-run.ts'
import './erasure.ts'
import './deletion-due.ts'
import { builder } from './builder.ts'
import { fileSendersOf } from './file-senders.ts'

export { Context, type Services } from './context.ts'
export { runMutation, runQuery, runSubscription } from './run-operation.ts'

export const schema = builder.toSchema({ sortSchema: false })

export const fileSenders = fileSendersOf(schema)
