import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from '../stack.ts'
import { setUpCustomer } from './customer.ts'
import { watchImport } from './import-watch.ts'
import { tellNextSteps, tellOutcome } from './outcome.ts'
import { showProgress } from './progress.ts'
import { sampleNight } from './sample-night.ts'
import { sampleRecording } from './sample-recording.ts'
import { connectSender, type Sender } from './sender.ts'

/** A customer is set up, sends a night over SFTP, and what came of it is told. Throws when anything is not as promised. */
export async function runDemo(stack: Stack): Promise<void> {
  const customer = await setUpCustomer(stack)
  const { host, port, username, hostKeyFingerprints } = customer.account
  console.log(`Tenant ${customer.slug}: agents, a template and the account ${username}@${host}:${port}\n`)
  await using sender = await connectSender({
    host,
    port,
    username,
    privateKey: customer.privateKey,
    fingerprints: hostKeyFingerprints,
  })
  const night = sampleNight()
  await sendNight(sender, night)
  const outcome = await watchImport(stack.api, customer)
  console.log(await tellOutcome(customer, outcome))
  const { rowsRead, created, updated, unchanged, rejected } = outcome
  if (outcome.status !== 'COMPLETED' || rowsRead !== created + updated + unchanged + rejected)
    throw new Error('The import did not end as it should.')
  console.log(
    `The receipt, as the sender's client fetches it\n\n${await fetchReceipt(sender, night.fileName)}`,
  )
  console.log(tellNextSteps(stack, customer))
}

async function sendNight(sender: Sender, night: ReturnType<typeof sampleNight>): Promise<void> {
  const recording = sampleRecording()
  const total = night.csv.length + night.recordings.length * recording.length
  const progress = showProgress('upload', 'bytes')
  let before = 0
  const put = async (path: string, bytes: Buffer) => {
    await sender.put(path, bytes, sent => progress.update((before + sent) / total, before + sent))
    before += bytes.length
  }
  await sender.makeFolder('/nightly')
  await sender.makeFolder('/nightly/recordings')
  for (const name of night.recordings) await put(`/nightly/recordings/${name}`, recording)
  await put(`/nightly/${night.fileName}`, night.csv)
  progress.done(total)
}

async function fetchReceipt(sender: Sender, fileName: string): Promise<string> {
  for (let tries = 0; tries < 50; tries++) {
    const names = await sender.list('/reports/nightly').catch(() => [])
    const receipt = names.find(name => name.startsWith(`${fileName}.`) && name.endsWith('.txt'))
    if (receipt) {
      const text = (await sender.get(`/reports/nightly/${receipt}`)).toString('utf8')
      return `  /reports/nightly/${receipt}\n${text
        .trimEnd()
        .split(/\r?\n/)
        .map(line => `    ${line}`)
        .join('\n')}\n`
    }
    await sleep(100)
  }
  throw new Error('No receipt came within 5 s.')
}
