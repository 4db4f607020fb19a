import { type DocumentNode, GraphQLError, getOperationAST, parse, validate } from 'graphql'
import { createYoga, type Plugin, type YogaInitialContext } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import type { Caller } from '../core/access/roles.ts'
import { badInput, Refusal } from '../core/refusal.ts'
import { Context, runMutation, runQuery, runSubscription, type Services, schema } from '../schema/index.ts'
import { type Translation, translate } from './errors.ts'
import { limitIntrospection } from './introspection-limit.ts'
import { inWords, refuseAccept } from './media-types.ts'
import { limitQuery, queryLimits, refuseIntrospection } from './query-limits.ts'
import { halfCharacters } from './well-formed.ts'

/** What the handler knows of a request before GraphQL sees it. */
export interface RequestFacts extends Translation, Record<string, unknown> {
  caller: Caller | undefined
  /** Of a request with files, with the files in their places: JSON has none. */
  variables?: Record<string, unknown>
}

export type GraphQLHandler = (request: Request, facts: RequestFacts) => Promise<Response>

/** Characters of queries whose syntax trees are kept; a tree takes some fifty bytes for each. */
const KEPT_CHARACTERS = 500_000

export function createGraphQLHandler(services: Services, maxBodyBytes: number): GraphQLHandler {
  const yoga = createYoga<RequestFacts>({
    schema,
    graphqlEndpoint: '/graphql',
    // Bearer tokens only, so no page can ride on a browser's cookies; other origins are not let in at all.
    cors: false,
    graphiql: false,
    landingPage: false,
    batching: false,
    multipart: false,
    logging: false,
    // plugins below translate each error once, with the request's id.
    maskedErrors: false,
    maxRequestBodySize: maxBodyBytes,
    fetchAPI: { Request, Response, Headers, ReadableStream, TransformStream, URL, TextEncoder, TextDecoder },
    parserAndValidationCache: {
      documentCache: new LRUCache<string, DocumentNode>({
        maxSize: KEPT_CHARACTERS,
        sizeCalculation: (_, query) => query.length || 1,
      }),
      errorCache: { get: () => undefined, set: () => undefined },
      // Kept apart by the rules' names, and so for strangers and for known callers.
      validationCache: true,
    },
    plugins: [variables, execution(services), translation],
  })
  return async (request, facts) => refuseAccept(request) ?? inWords(request, await yoga.fetch(request, facts))
}

/** Puts variables that hold files in the place of those that came as JSON, and refuses what is no text. */
const variables: Plugin<RequestFacts> = {
  onParams({ params, setParams, context }) {
    const { variables: withFiles } = context as unknown as RequestFacts
    if (withFiles) setParams({ ...params, variables: withFiles })
    const faults = halfCharacters(withFiles ?? params.variables)
    if (faults.length === 0) return
    const refusal = badInput(faults)
    throw new GraphQLError(refusal.message, { originalError: refusal })
  },
}

type YogaContext = YogaInitialContext & RequestFacts

/** Limits before execution, suggestions for known callers only, and our own way to run each kind of operation. */
const execution = (services: Services): Plugin<RequestFacts> => ({
  onParse({ setParseFn }) {
    setParseFn((source: string, options?: object) => {
      try {
        return parse(source, { ...options, maxTokens: queryLimits.tokens })
      } catch (error) {
        if (error instanceof GraphQLError && /more th\w+ \d+ tokens/.test(error.message))
          throw new GraphQLError(error.message, {
            originalError: new Refusal('LIMITED', `A query has at most ${queryLimits.tokens} tokens.`),
          })
        throw error
      }
    })
  },
  onValidate({ addValidationRule, setValidationFn, context }) {
    const { caller } = context as unknown as YogaContext
    addValidationRule(limitQuery)
    addValidationRule(caller ? limitIntrospection : refuseIntrospection)
    setValidationFn(((
      asked: Parameters<typeof validate>[0],
      document: DocumentNode,
      rules: Parameters<typeof validate>[2],
    ) => validate(asked, document, rules, { maxErrors: 20, hideSuggestions: !caller })) as typeof validate)
  },
  onExecute({ args, setExecuteFn }) {
    const { caller } = args.contextValue
    const operation = getOperationAST(args.document, args.operationName)
    const run = operation?.operation === 'mutation' ? runMutation : runQuery
    setExecuteFn(() =>
      run({ ...args, contextValue: new Context(services, caller), hideSuggestions: !caller }),
    )
  },
  onSubscribe({ args, setSubscribeFn }) {
    const { caller } = args.contextValue
    setSubscribeFn(() =>
      runSubscription({ ...args, contextValue: new Context(services, caller), hideSuggestions: !caller }),
    )
  },
})

/** Every answer passes here on its way out, also those that never came to be executed, and each event of a stream. */
const translation: Plugin<RequestFacts> = {
  onResultProcess(process) {
    const { result, serverContext } = process
    const facts = serverContext as unknown as RequestFacts
    if (Symbol.asyncIterator in result)
      process.setResult(translateStream(result as AsyncIterable<Answer>, facts))
    else if (!Array.isArray(result))
      process.setResult(translateAnswer(result as Answer, facts) as typeof result)
  },
}

interface Answer {
  data?: unknown
  errors?: readonly GraphQLError[]
}

function translateAnswer<A extends Answer>(answer: A, facts: RequestFacts): A {
  if (!answer.errors) return answer
  const ran = 'data' in answer
  return { ...answer, errors: answer.errors.map(error => translate(error, ran, facts)) }
}

/** Keeps the stream's own end in the client's hands: whoever goes away calls `return`, and it is passed on at once. */
function translateStream(stream: AsyncIterable<Answer>, facts: RequestFacts): AsyncIterableIterator<Answer> {
  const source = stream[Symbol.asyncIterator]()
  const translated: AsyncIterableIterator<Answer> = {
    async next() {
      const next = await source.next()
      return next.done ? next : { done: false, value: translateAnswer(next.value, facts) }
    },
    async return(value?: unknown) {
      await source.return?.(value)
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => translated,
  }
  return translated
}
