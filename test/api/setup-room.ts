import { type Answer, type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'

export const FORM = {
  contactName: 'Petra Müller',
  contactEmail: 'petra@example.com',
  contactPhone: '+49 30 1234',
  sourceSystem: 'PhoneNow 7',
  notes: 'Every night at two.',
}

export const SAMPLE = [
  'Call Id,Agent,Date,Time,Talk time,Recording',
  'C0001,petra,2026-01-05,9:12:58,0:02:23,c0001.wav',
  'C0002,greg,2026-01-15,9:20:01,0:00:41,c0002.wav',
  'C0003,petra,2026-01-25,19:20:01,0:10:41,c0003.wav',
  '',
].join('\n')

export const TEMPLATE = {
  name: 'Nightly calls',
  filePattern: '/nightly/*.csv',
  agentKey: 'USERNAME',
  timeZone: 'Europe/Berlin',
  dialect: {},
  columns: [
    { header: 'Call Id', field: 'REFERENCE' },
    { header: 'Agent', field: 'AGENT' },
    { header: 'Date', field: 'CONTACT_DAY', format: 'yyyy-MM-dd' },
    { header: 'Time', field: 'CONTACT_TIME', format: 'H:mm:ss' },
    { header: 'Talk time', field: 'DURATION', format: 'h:mm:ss' },
    { header: 'Recording', field: 'RECORDING' },
  ],
}

export const REQUEST_FIELDS = `
  id status waitingFor waitingSince submittedAt decidedAt sshPublicKey
  messages { from role text at }
  sampleCsv { fileName size mediaType downloadUrl }
  sampleRecording { fileName size mediaType downloadUrl }
  analysis { rowCount dialect { delimiter } problems { code } proposal { columns { field } } recording { codec playable namedByRow } }
  columnTemplate { id name } sftpAccount { id username }`

export interface RequestAnswer {
  id: string
  status: string
  waitingFor: string | null
  waitingSince: string | null
  submittedAt: string
  decidedAt: string | null
  sshPublicKey: string | null
  messages: { from: string; role: string; text: string; at: string }[]
  sampleCsv: SampleAnswer
  sampleRecording: SampleAnswer | null
  analysis: {
    rowCount: number
    dialect: { delimiter: string } | null
    problems: { code: string }[]
    proposal: { columns: { field: string }[] } | null
    recording: { codec: string | null; playable: boolean; namedByRow: boolean } | null
  }
  columnTemplate: { id: string; name: string } | null
  sftpAccount: { id: string; username: string } | null
}

export interface SampleAnswer {
  fileName: string
  size: number
  mediaType: string
  downloadUrl: string | null
}

/** A request as graphql-multipart-request-spec has it: a file for each path. */
export function multipart(
  query: string,
  variables: Record<string, unknown>,
  files: Record<string, File | Blob>,
): FormData {
  const form = new FormData()
  form.set('operations', JSON.stringify({ query, variables }))
  form.set(
    'map',
    JSON.stringify(Object.fromEntries(Object.keys(files).map((path, index) => [index, [path]]))),
  )
  for (const [index, file] of Object.values(files).entries()) form.set(String(index), file)
  return form
}

export const csv = (text: string | Uint8Array<ArrayBuffer> = SAMPLE, name = 'calls.csv') =>
  new File([text], name, { type: 'text/csv' })

const SUBMIT = `mutation ($input: SubmitSetupRequestInput!, $tenant: ID) {
  submitSetupRequest(input: $input, tenantId: $tenant) { ${REQUEST_FIELDS} }
}`

/** A room with a customer, a clock to move, and ways to say what people say. */
export async function openSetupRoom() {
  let now = new Date('2026-11-24T09:00:00Z')
  const room: ApiRoom = await openApiRoom({ clock: () => now })
  const tenant = await room.tenant('Acme')

  const send = async (token: string, form: FormData): Promise<Response> =>
    room.handler(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: form,
      }),
    )
  const sent = async (token: string, form: FormData) => (await (await send(token, form)).json()) as Answer
  return {
    ...room,
    tenant,
    tenantOf: (name: string) => room.tenant(name),
    send,
    sent,
    STAFF: STAFF_TOKEN,
    now: () => now,
    pass(days: number) {
      now = new Date(+now + days * 86_400_000)
      return now
    },
    submission: (input: Record<string, unknown>, files: Record<string, File>, tenantId?: string) =>
      multipart(
        SUBMIT,
        { input: { ...FORM, sampleCsv: null, ...input }, tenant: tenantId },
        Object.fromEntries(Object.entries(files).map(([name, file]) => [`variables.input.${name}`, file])),
      ),
    async submit(
      input: Record<string, unknown> = {},
      files: Record<string, File> = { sampleCsv: csv() },
    ): Promise<RequestAnswer> {
      const answer = await sent(tenant.ADMIN, this.submission(input, files))
      if (answer.errors) throw new Error(JSON.stringify(answer.errors))
      return (answer.data as { submitSetupRequest: RequestAnswer } | undefined)
        ?.submitSetupRequest as RequestAnswer
    },
    /** A mutation on one request, by its name and its further arguments in GraphQL. */
    act: (token: string, name: string, id: string, more = '') =>
      room.ask(
        token,
        `mutation ($id: ID!) { ${name}(id: $id${more && `, ${more}`}) { ${REQUEST_FIELDS} } }`,
        { id },
      ),
    approve: (token: string, id: string, template: object = TEMPLATE) =>
      room.ask(
        token,
        `mutation ($id: ID!, $template: ColumnTemplateInput!) { approveSetupRequest(id: $id, template: $template) {
          setupRequest { ${REQUEST_FIELDS} } columnTemplate { id name version }
          sftpAccount { id host port username hostKeyFingerprints keys { publicKey label } } keyClaimUrl } }`,
        { id, template },
      ),
    reply: (token: string, id: string, text: string, files: Record<string, File> = {}) =>
      sent(
        token,
        multipart(
          `mutation ($id: ID!, $text: String!, $sampleCsv: File, $sampleRecording: File) {
             replyToSetupRequest(id: $id, text: $text, sampleCsv: $sampleCsv, sampleRecording: $sampleRecording) { ${REQUEST_FIELDS} } }`,
          { id, text, sampleCsv: null, sampleRecording: null },
          Object.fromEntries(Object.entries(files).map(([name, file]) => [`variables.${name}`, file])),
        ),
      ),
    read: async (id: string): Promise<RequestAnswer> =>
      (
        await room.data<{ node: RequestAnswer }>(
          tenant.READER,
          `query ($id: ID!) { node(id: $id) { ... on SetupRequest { ${REQUEST_FIELDS} } } }`,
          { id },
        )
      ).node,
  }
}
