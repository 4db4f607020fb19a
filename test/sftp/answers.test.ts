import { pino } from 'pino'
import { expect, test } from 'vitest'
import { VaultDamage } from '../../core/vault/vault-damage.ts'
import { DatabaseBusy } from '../../db/db.ts'
import { status } from '../../sftp/codec/constants.ts'
import { answerError } from '../../sftp/status.ts'
import { readReply } from './support/packets.ts'

function answerTo(error: unknown) {
  const lines: { level: number }[] = []
  const log = pino({ level: 'trace' }, { write: line => void lines.push(JSON.parse(line)) })
  const { code, message } = readReply(answerError(1, error, log).subarray(4))
  return { code, message, levels: lines.map(line => line.level) }
}

const [WARN, ERROR] = [40, 50]

test.each([
  [
    'a lock that an import holds',
    new Error('query', { cause: Object.assign(new Error('lock'), { code: '55P03' }) }),
  ],
  ['a pool that is used up', new DatabaseBusy('none free')],
])('%s asks the client to try again, and is no error of the log', (_, error) => {
  const answer = answerTo(error)
  expect(answer).toMatchObject({ code: status.FAILURE, levels: [WARN] })
  expect(answer.message).toContain('try again')
})

test('a damaged file is said to be one, without what was found', () => {
  const answer = answerTo(new VaultDamage('id', 'ALTERED_SEGMENT', 'segment 7'))
  expect(answer).toMatchObject({ code: status.FAILURE, levels: [ERROR] })
  expect(answer.message).toContain('damaged')
  expect(answer.message).not.toContain('segment')
})
