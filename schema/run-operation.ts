import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  executeSubscriptionEvent,
  mapSourceToResponseEvent,
  validateSubscriptionArgs,
} from 'graphql'
import { Context } from './context.ts'

/** A query reads in one transaction from its first field to its last. */
export async function runQuery(args: ExecutionArgs): Promise<ExecutionResult> {
  const context = contextOf(args)
  await context.open()
  try {
    return await execute(args)
  } finally {
    await context.close()
  }
}

/** Each root field of a mutation commits for itself (Context.change); what is left open is the reading of its answer. */
export async function runMutation(args: ExecutionArgs): Promise<ExecutionResult> {
  const context = contextOf(args)
  try {
    return await execute(args)
  } finally {
    await context.close()
  }
}

/** Each event of a subscription is read in a transaction of its own, on a context of its own; none is held between. */
export async function runSubscription(
  args: ExecutionArgs,
): Promise<ExecutionResult | AsyncGenerator<ExecutionResult, void, void>> {
  const context = contextOf(args)
  const valid = validateSubscriptionArgs(args)
  if (!('schema' in valid)) return { errors: valid }
  const source = await createSourceEventStream(valid)
  if (!(Symbol.asyncIterator in source)) return source
  return mapSourceToResponseEvent(valid, source, async event => {
    const contextValue = context.fork()
    await contextValue.open()
    try {
      return await executeSubscriptionEvent({ ...event, contextValue })
    } finally {
      await contextValue.close()
    }
  })
}

function contextOf({ contextValue }: ExecutionArgs): Context {
  if (contextValue instanceof Context) return contextValue
  throw new Error('operations run on a Context')
}
