/** Calls as a contact centre has them, from which the cells of any export can be written. The same for the same seed. */
export interface MadeUpCall {
  number: number
  start: Date
  answer: Date
  end: Date
  ringSeconds: number
  talkSeconds: number
  answered: boolean
  inbound: boolean
  agent: MadeUpAgent
  customer: string
  phone: string
  /** A number from 0 to 1, another one with each call. */
  dice: () => number
}

export interface MadeUpAgent {
  first: string
  last: string
  login: string
  email: string
  id: string
  extension: string
}

const agent = (first: string, last: string, id: string, extension: string): MadeUpAgent => ({
  first,
  last,
  login: `${first[0]}${last}`.toLowerCase(),
  email: `${first}.${last}@example.com`.toLowerCase(),
  id,
  extension,
})

export const madeUpAgents = [
  agent('Jane', 'Sample', '41207', '2114'),
  agent('Omar', 'Haddad', '41211', '2118'),
  agent('Grete', 'Lind', '41238', '2120'),
  agent('Paulo', 'Costa', '41240', '2121'),
  agent('Wei', 'Zhang', '41252', '2135'),
  agent('Ines', 'Moreau', '41266', '2140'),
  agent('Tom', 'Baker', '41270', '2141'),
] as const

const customers = [
  'Ada Lovelace',
  'Rosa Parks',
  'Max Born',
  'Lise Meitner',
  'Alan Kay',
  'Grace Hopper',
  'Emmy Noether',
]

/** Mulberry32: small, and the same everywhere. */
const diceOf = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}

export const madeUpCalls = (count: number, seed: number): MadeUpCall[] => {
  const dice = diceOf(seed)
  let at = Date.UTC(2026, 0, 5, 8, 12, 31)
  return Array.from({ length: count }, (_, number) => {
    // Working hours of some seven weeks.
    at += Math.floor(dice() * 40 * 3_600_000) + 61_000
    const hour = new Date(at).getUTCHours()
    if (hour < 7 || hour > 19) at += 12 * 3_600_000
    const ringSeconds = 2 + Math.floor(dice() * 28)
    const answered = dice() > 0.15
    const talkSeconds = answered ? 15 + Math.floor(dice() ** 2 * 1500) : 0
    return {
      number,
      start: new Date(at),
      answer: new Date(at + ringSeconds * 1000),
      end: new Date(at + (ringSeconds + talkSeconds) * 1000),
      ringSeconds,
      talkSeconds,
      answered,
      inbound: dice() > 0.4,
      agent: madeUpAgents[Math.floor(dice() * madeUpAgents.length)] ?? madeUpAgents[0],
      customer: customers[Math.floor(dice() * customers.length)] ?? '',
      phone: `555010${String(1000 + Math.floor(dice() * 9000))}`,
      dice,
    }
  })
}
