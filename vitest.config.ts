import { defineConfig } from 'vitest/config'

// Not 'import': vitest hands these to Node, which then gives ES modules to require() as well, and pg breaks.
const conditions = ['module-sync', 'node']

export default defineConfig({
  // As Node resolves them: otherwise graphql would be there twice, once for us and once for its users.
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
