import type { MadeUpAgent, MadeUpCall } from './made-up-calls.ts'
import { patternOf, writeTime } from './written-times.ts'

const ENDS = /\b(?:end|ended|stop|segstop|fin|fim|fine|ende|eind|eindtijd|finished|release|hangup)\b/i
const ANSWERS = /answer|connect|enqueue/i

/** The moment of the call that a header speaks of. */
const momentOf = (header: string, call: MadeUpCall): Date => {
  const words = header.replaceAll('_', ' ').replaceAll(/([a-z])([A-Z])/g, '$1 $2')
  if (/disconnect/i.test(words) || ENDS.test(words)) return call.end
  return ANSWERS.test(words) ? call.answer : call.start
}

const seconds = (header: string, call: MadeUpCall): number => {
  const { ringSeconds, talkSeconds, dice } = call
  if (/wait|wart|wacht|ring|alert|queue|attente|espera|klingel|pre-?queue|speed|dispti/i.test(header))
    return ringSeconds
  if (
    /hold|park|ivr|acw|wrap|after|work|nachbe|consult|post|abandon|routing|callback|confer|transfer/i.test(
      header,
    )
  )
    return Math.floor(dice() * 30)
  if (/talk|bill|conversa|communica/i.test(header)) return talkSeconds
  return ringSeconds + talkSeconds
}

const two = (value: number) => String(value).padStart(2, '0')

const clock = (total: number, hourDigits = 2): string =>
  `${String(Math.floor(total / 3600)).padStart(hourDigits, '0')}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`

const minutes = (total: number): string => `${Math.floor(total / 60)}:${two(total % 60)}`

const hex = (length: number, dice: () => number) =>
  Array.from({ length }, () => Math.floor(dice() * 16).toString(16)).join('')

const digits = (length: number, dice: () => number) =>
  Array.from({ length }, () => Math.floor(dice() * 10)).join('')

/** Digits change, the first few stay: phones, ids and file names look like that. */
const otherDigits = (text: string, { dice }: MadeUpCall): string => {
  const keep = Math.min(3, Math.floor(text.replaceAll(/\D/g, '').length / 3))
  let seen = 0
  return text.replaceAll(/mp[34]|\d/g, found => (found.length > 1 || seen++ < keep ? found : digits(1, dice)))
}

const agentShapes: readonly [example: RegExp, write: (agent: MadeUpAgent, example: string) => string][] = [
  [/^jane\.sample@|^jsample@|^agent1@/, agent => agent.email],
  [/^101 - /, agent => `${agent.extension} - ${agent.first} ${agent.last}`],
  [/^5b1c2d3e4f5a6b7c8d9e0f1a$/, agent => `5b1c2d3e4f5a6b7c8d9${agent.id}`],
  [/^JSAMPLE$/, agent => agent.login.toUpperCase()],
  [/^[A-Z][a-z]+ \d{3}\)?$/, agent => `${agent.first} ${agent.extension}`],
  [/^(?:jsample|emuster|jexemple|jejemplo|jexemplo)$/, agent => agent.login],
  [
    /^(?:41207|1044821|M10442|E10442|88123|6001|360441207)$/,
    (agent, example) => example.replace(/\d{2}$/, agent.id.slice(-2)),
  ],
  [/^2114$/, agent => agent.extension],
  [/^(?:Sample, Jane|Muster, Erika)$/, agent => `${agent.last}, ${agent.first}`],
  [
    /^(?:Jane Sample|Erika Muster|Jeanne Exemple|Juana Ejemplo|Joana Exemplo|Jan Voorbeeld|Gianna Esempio)$/,
    agent => `${agent.first} ${agent.last}`,
  ],
  [/^EXEMPLE Jeanne$/, agent => `${agent.last.toUpperCase()} ${agent.first}`],
  [/^Jane$/, agent => agent.first],
  [/^Sample$/, agent => agent.last],
]

const agentLike = (example: string, { agent }: MadeUpCall): string | null =>
  agentShapes.find(([shape]) => shape.test(example))?.[1](agent, example) ?? null

const numberLike = (example: string, header: string, call: MadeUpCall): string => {
  const value = Number(example)
  if (/^(?:call ?id|u?id)$/i.test(header) && value < 1000) return String(value + call.number)
  if (/^(?:duration|billsec)$/i.test(header)) return String(seconds(header, call))
  if (/^\d\.\d\d$/.test(example) && /duration/.test(header)) return (seconds(header, call) / 60).toFixed(2)
  if (/^1[4-7]\d{8}$/.test(example)) return String(Math.floor(momentOf(header, call).getTime() / 1000))
  if (/^1[4-7]\d{8}\.\d+$/.test(example))
    return `${Math.floor(call.start.getTime() / 1000)}.${call.number * 3 + 7}`
  if (/dur|dau|time|sec|sek|talk|length|billsec/i.test(header) && value > 5)
    return String(value > 100_000 ? seconds(header, call) * 1000 + 45 : seconds(header, call))
  if (
    /\bid\b|_id|id$|callid|no$/i.test(header) &&
    value > 1000 &&
    !/lead|list|skill|campaign|team|target/i.test(header)
  )
    return String(BigInt(example) + BigInt(call.number * 7 + 1)).padStart(example.length, '0')
  if (example.length >= 8) return otherDigits(example, call)
  if (value <= 1 || /code|no$|list|skill|team|campaign/i.test(header)) return example
  return String(Math.floor(call.dice() * value * 2))
}

const others: Record<string, string[]> = {
  inbound: ['inbound', 'outbound'],
  incoming: ['incoming', 'outgoing'],
  eingehend: ['eingehend', 'ausgehend'],
  entrant: ['entrant', 'sortant'],
  entrante: ['entrante', 'saliente'],
  inkomend: ['inkomend', 'uitgaand'],
  in: ['in', 'out'],
  originating: ['originating', 'terminating'],
}

const sameCase = (like: string, text: string) =>
  like === like.toUpperCase()
    ? text.toUpperCase()
    : /^[A-Z]/.test(like)
      ? text[0]?.toUpperCase() + text.slice(1)
      : text

/** A cell as another row of the same export would have it, told from the example that was seen. */
export const cellLike = (example: string, header: string, call: MadeUpCall): string => {
  if (example === '') return ''
  if (example === 'NONE' && header === 'callid' && call.number % 10 > 0)
    return `${Math.floor(call.start.getTime() / 1000)}.${Math.floor(call.number / 3)}`
  const pattern = patternOf(example)
  if (pattern !== undefined) return writeTime(pattern, momentOf(header, call))
  const agent = agentLike(example, call)
  if (agent !== null) return agent
  const direction = others[example.toLowerCase()]
  if (direction !== undefined) return sameCase(example, direction[call.inbound ? 0 : 1] ?? '')
  if (/^\d{1,2}:\d\d:\d\d$/.test(example) && Number.parseInt(example, 10) > 4)
    return clock(Math.floor(momentOf(header, call).getTime() / 1000) % 86_400)
  if (/^\d\d:\d\d:\d\d$/.test(example)) return clock(seconds(header, call))
  if (/^\d:\d\d:\d\d$/.test(example)) return clock(seconds(header, call), 1)
  if (/^(?:0[5-9]|1\d):\d\d$/.test(example))
    return clock(Math.floor(momentOf(header, call).getTime() / 1000) % 86_400).slice(0, 5)
  if (/^0:\d\d$/.test(example)) return minutes(Math.ceil(seconds(header, call) / 60))
  if (/^\d{1,2}:\d\d$/.test(example)) return minutes(seconds(header, call))
  if (/^\d+m\d\ds$/.test(example)) {
    const total = seconds(header, call)
    return `${two(Math.floor(total / 60))}m${two(total % 60)}s`
  }
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(example))
    return `${hex(8, call.dice)}-${hex(4, call.dice)}-4${hex(3, call.dice)}-a${hex(3, call.dice)}-${hex(12, call.dice)}`
  if (/^(?:CA)?[0-9a-f]{20,34}$/i.test(example) && /[a-f]/i.test(example))
    return `${example.startsWith('CA') ? 'CA' : ''}${hex(example.replace(/^CA/, '').length, call.dice)}`
  if (/^-?\d+(?:\.\d+)?$/.test(example)) return numberLike(example, header, call)
  if (/^(?:Ada Lovelace|ada@example\.org)$/.test(example))
    return example.includes('@') ? `${call.customer.split(' ')[0]?.toLowerCase()}@example.org` : call.customer
  if (/guid|sid$/i.test(header))
    return example
      .replaceAll(/\d/g, () => digits(1, call.dice))
      .replaceAll(/[A-F]/g, () => hex(1, call.dice).toUpperCase())
  return /\d{3}/.test(example) ? otherDigits(example, call) : example
}
