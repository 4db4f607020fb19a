import { printedSchema } from '../../schema/print.ts'
import type { Subject } from './command.ts'

export const schema: Subject = {
  summary: 'the GraphQL API',
  verbs: {
    print: {
      usage: '',
      summary: 'The SDL, as schema/schema.graphql has it.',
      run: async () => ({ value: { sdl: printedSchema() }, text: printedSchema() }),
    },
  },
}
