import * as fc from 'fast-check'

/**
 * Every test run tries properties with the same cases, so that it says something of the change and nothing of luck. Other
 * cases are looked for by `npm run test:seeds`, each round with a seed of its own.
 */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_124) })

export { fc }
