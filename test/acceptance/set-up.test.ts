import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, openBrowser } from '../support/browser.ts'
import { ask, endedImports, type Nightdrop, sftpBatch, startNightdrop } from './nightdrop.ts'

const sample = join(import.meta.dirname, '../../../shared/data/phonenow-calls.csv')
const people = ['Diane', 'Becky', 'Stewart', 'Greg', 'Jim', 'Martha', 'Dan', 'Joe']
const run = promisify(execFile)
const psftp = spawnSync('psftp', ['-V']).error === undefined

interface Column {
  header: string
  field: string
  required: boolean
  format: string | null
}

interface Draft {
  name: string
  filePattern: string
  dialect: Record<string, unknown>
  columns: Column[]
  agentKey: string
  timeZone: string
  emptyWords: string[]
}

/** What a link's page shows once its button was pressed. */
async function press(url: string, fields: Record<string, string> = {}): Promise<string> {
  const page = await (await fetch(url, { method: 'POST', body: new URLSearchParams(fields) })).text()
  const [, secret = ''] = /<pre class="secret[^>]*>([^<]*)<\/pre>/.exec(page) ?? []
  return secret
}

/** The page as a customer uses it: no script, a button, a download. */
async function pressInBrowser(url: string, folder: string): Promise<{ file: string; page: string }> {
  const browser = await openBrowser()
  try {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(url)
    await page.getByRole('button', { name: 'Make my key and show it' }).click()
    const started = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download' }).click()
    const download = await started
    const file = join(folder, download.suggestedFilename())
    await download.saveAs(file)
    return { file, page: await page.content() }
  } finally {
    await browser.close()
  }
}

describe.skipIf(!existsSync(sample))(
  'from a sample to contacts (needs ../shared/data/phonenow-calls.csv)',
  () => {
    let nightdrop: Nightdrop
    let admin = ''
    let tenantId = ''
    const asStaff = <T>(query: string, variables: Record<string, unknown> = {}) =>
      ask<T>(nightdrop, nightdrop.staffToken, query, variables)
    const asAdmin = <T>(query: string, variables: Record<string, unknown> = {}) =>
      ask<T>(nightdrop, admin, query, variables)

    beforeAll(async () => {
      nightdrop = await startNightdrop()
      const { createTenant } = await asStaff<{ createTenant: { tenant: { id: string } } }>(
        'mutation { createTenant(input: { name: "PhoneNow", slug: "phonenow", timeZone: "Europe/London" }) { tenant { id } } }',
      )
      tenantId = createTenant.tenant.id
      const { inviteAdministrator } = await asStaff<{ inviteAdministrator: { url: string } }>(
        'mutation ($t: ID!) { inviteAdministrator(tenantId: $t, name: "Ada") { url } }',
        { t: tenantId },
      )
      admin = await press(inviteAdministrator.url)
      await asAdmin('mutation ($a: [AgentInput!]!) { upsertAgents(agents: $a) { id } }', {
        a: people.map(name => ({ name: `${name} of PhoneNow`, username: name })),
      })
    }, 120_000)
    afterAll(() => nightdrop?.[Symbol.asyncDispose]())

    let id = ''
    let draft: Draft
    let template: object
    let approved: {
      keyClaimUrl: string
      sftpAccount: { id: string; username: string; host: string; port: number; hostKeyFingerprints: string[] }
    }

    test('the customer submits a sample, and it explains itself', async () => {
      const form = new FormData()
      const query = `mutation ($input: SubmitSetupRequestInput!) { submitSetupRequest(input: $input) {
        id status waitingFor analysis { rowCount knownAgentShare problems { code } columns { header guess confidence }
          proposal { name filePattern agentKey timeZone emptyWords columns { header field required format }
            dialect { encoding delimiter quote hasHeader skipLines skipLinesAfterHeader } } } } }`
      const input = {
        contactName: 'Ada',
        contactEmail: 'ada@phonenow.example',
        sourceSystem: 'PhoneNow',
        sampleCsv: null,
      }
      form.set('operations', JSON.stringify({ query, variables: { input } }))
      form.set('map', JSON.stringify({ 0: ['variables.input.sampleCsv'] }))
      form.set('0', new Blob([await readFile(sample)], { type: 'text/csv' }), 'calls.csv')
      const response = await fetch(nightdrop.api, {
        method: 'POST',
        headers: { authorization: `Bearer ${admin}` },
        body: form,
      })
      const { data } = (await response.json()) as {
        data: {
          submitSetupRequest: {
            id: string
            status: string
            waitingFor: string
            analysis: { rowCount: number; knownAgentShare: number; proposal: Draft }
          }
        }
      }
      const { analysis, ...request } = data.submitSetupRequest
      id = request.id
      draft = analysis.proposal
      expect(request).toMatchObject({ status: 'SUBMITTED', waitingFor: 'STAFF' })
      expect(analysis).toMatchObject({ rowCount: 5000, knownAgentShare: 1 })
      const fieldOf = (header: string) => draft.columns.find(column => column.header === header)
      expect(fieldOf('Call Id')).toMatchObject({ field: 'REFERENCE' })
      expect(fieldOf('Agent')).toMatchObject({ field: 'AGENT' })
      expect(fieldOf('Date')).toMatchObject({ field: 'CONTACT_DAY', format: 'yyyy-MM-dd' })
      expect(fieldOf('Time')).toMatchObject({ field: 'CONTACT_TIME', format: 'H:mm:ss' })
      expect(fieldOf('AvgTalkDuration')).toMatchObject({ field: 'DURATION', format: 'h:mm:ss' })
      expect(draft).toMatchObject({ agentKey: 'USERNAME', timeZone: 'Europe/London' })
    })

    test('staff try the proposal on the sample, and approve it', async () => {
      template = { ...draft, filePattern: '/nightly/*.csv' }
      const { previewColumnTemplate } = await asStaff<{ previewColumnTemplate: object }>(
        'mutation ($t: ColumnTemplateInput!, $id: ID) { previewColumnTemplate(template: $t, setupRequestId: $id) { accepted rejected agentsLinked problems { code } } }',
        { t: template, id },
      )
      expect(previewColumnTemplate).toEqual({ accepted: 5000, rejected: 0, agentsLinked: 8, problems: [] })
      const contacts = await asAdmin<{ tenant: { contacts: { totalCount: number } } }>(
        '{ tenant { contacts { totalCount } } }',
      )
      expect(contacts.tenant.contacts.totalCount).toBe(0)
      const answer = await asStaff<{ approveSetupRequest: typeof approved }>(
        'mutation ($t: ColumnTemplateInput!, $id: ID!) { approveSetupRequest(id: $id, template: $t) { keyClaimUrl sftpAccount { id username host port hostKeyFingerprints } } }',
        { t: template, id },
      )
      approved = answer.approveSetupRequest
      expect(approved.sftpAccount.hostKeyFingerprints.length).toBeGreaterThan(0)
    })

    test('the customer opens the link, presses the button, and the key uploads with OpenSSH’s sftp', async () => {
      const url = approved.keyClaimUrl
      // As a mail scanner would.
      for (let times = 0; times < 3; times++) expect((await fetch(url)).status).toBe(200)
      const { username, host, port, hostKeyFingerprints } = approved.sftpAccount
      let keyFile = join(nightdrop.folder, 'claimed-key')
      if (hasBrowser) {
        const { file, page } = await pressInBrowser(url, nightdrop.folder)
        keyFile = file
        const address = `sftp -i nightdrop-${username} -P ${port} ${username}@${host}`
        for (const words of [address, ...hostKeyFingerprints]) expect(page).toContain(words)
      } else await writeFile(keyFile, await press(url))
      await run('chmod', ['600', keyFile])
      await copyFile(sample, join(nightdrop.folder, 'calls.csv'))
      await sftpBatch(
        nightdrop,
        { username, keyFile },
        `mkdir nightly\nput ${nightdrop.folder}/calls.csv nightly/calls.csv\n`,
      )
      expect((await fetch(url)).status).toBe(410)
    })

    test('and there are contacts', async () => {
      const [first] = await endedImports(nightdrop, admin, 1)
      expect(first).toMatchObject({ status: 'COMPLETED', created: 5000, rejected: 0, unlinkedAgents: 0 })
      const { tenant } = await asAdmin<{ tenant: { contact: object } }>(
        '{ tenant { contact(reference: "ID0001") { occurredAt agent { name } durationSeconds } } }',
      )
      expect(tenant.contact).toEqual({
        occurredAt: '2021-01-01T09:12:58.000Z',
        agent: { name: 'Diane of PhoneNow' },
        durationSeconds: 143,
      })
    })

    test.skipIf(!psftp)(
      'a further key in PuTTY’s form uploads with psftp (skipped where it is missing)',
      async () => {
        const { sftpAccount } = approved
        const { generateSshKey } = await asAdmin<{ generateSshKey: { privateKey: string } }>(
          'mutation ($a: ID!) { generateSshKey(accountId: $a, label: "WinSCP", format: PPK) { privateKey } }',
          { a: sftpAccount.id },
        )
        const keyFile = join(nightdrop.folder, 'winscp.ppk')
        await writeFile(keyFile, generateSshKey.privateKey, { mode: 0o600 })
        const batch = join(nightdrop.folder, 'psftp-batch')
        await writeFile(batch, `put ${nightdrop.folder}/calls.csv nightly/again.csv\n`)
        const hostKeys = sftpAccount.hostKeyFingerprints.flatMap(print => ['-hostkey', print])
        const { host, port } = nightdrop.sftp
        await run('psftp', [
          '-batch',
          '-b',
          batch,
          '-i',
          keyFile,
          '-P',
          port,
          ...hostKeys,
          `${sftpAccount.username}@${host}`,
        ])
        const [second] = await endedImports(nightdrop, admin, 2)
        expect(second).toMatchObject({ status: 'COMPLETED', unchanged: 5000 })
      },
    )
  },
)
