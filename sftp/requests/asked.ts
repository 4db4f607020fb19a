import type { Request } from '../codec/requests.ts'

/** One kind of request: what a file of this folder takes. */
export type Asked<K extends Request['kind']> = Extract<Request, { kind: K }>
