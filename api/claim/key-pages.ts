import type { KeyAlgorithm } from '../../core/accounts/private-key/key-pair.ts'
import type { PrivateKeyFormat } from '../../core/accounts/private-key/new-private-key.ts'
import type { WaitingClaim } from '../../core/setup/claims/find-claim.ts'
import { type Html, html } from './html.ts'
import { page } from './page.ts'

export interface Server {
  host: string
  port: number
}

export interface KeyChoice {
  format: PrivateKeyFormat
  algorithm: KeyAlgorithm
}

const formats: Record<PrivateKeyFormat, { title: string; words: string; suffix: string }> = {
  OPENSSH: {
    title: 'OpenSSH',
    words: 'sftp, lftp, rclone, FileZilla, Python, and most programs of today',
    suffix: '',
  },
  PPK: { title: 'PuTTY (.ppk)', words: 'WinSCP, PuTTY, PSFTP', suffix: '.ppk' },
  PEM: { title: 'PEM', words: 'old libraries, such as JSch and SSH.NET; choose RSA below', suffix: '.pem' },
}

const algorithms: Record<KeyAlgorithm, { title: string; words: string }> = {
  ED25519: {
    title: 'Ed25519',
    words: 'short, fast and strong: take it unless your program does not know it',
  },
  RSA_4096: { title: 'RSA, 4096 bits', words: 'for older programs; making it takes a moment' },
}

/** What the link is about, and the button. Opening it changes nothing. */
export function offerKey(claim: WaitingClaim, server: Server, expires: string): Response {
  return page(
    200,
    `An SFTP key for ${claim.tenantName}`,
    html`<p class="lead">Here you make the key with which your system sends its files. It is shown to you once, and kept nowhere: not by us, and not by whoever sent you this link.</p>
<dl>
<dt>User name</dt><dd class="code">${claim.username}</dd>
<dt>Server</dt><dd class="code">${server.host}, port ${server.port}</dd>
<dt>Link works until</dt><dd>${expires}, once</dd>
</dl>
<form method="post">
${choices('Which program will use the key?', 'format', formats, 'OPENSSH')}
${choices('What kind of key?', 'algorithm', algorithms, 'ED25519')}
<p class="note only">Few programs read an Ed25519 key in PEM form, and most old libraries none at all. Choose RSA unless you know that yours does.</p>
<button class="button" type="submit">Make my key and show it</button>
<p class="hint">Have a safe place ready: the key cannot be shown a second time.</p>
</form>`,
  )
}

const choices = <C extends string>(
  legend: string,
  name: string,
  texts: Record<C, { title: string; words: string }>,
  preset: C,
): Html => html`<fieldset><legend>${legend}</legend>
${(Object.keys(texts) as C[]).map(value => {
  const { title, words } = texts[value]
  const checked = value === preset ? html` checked` : null
  return html`<label><input type="radio" name="${name}" id="${value}" value="${value}"${checked}><span>${title}</span><small>${words}</small></label>
`
})}</fieldset>`

/** The key itself, this once, with all that a first connection takes. */
export function showKey(
  claim: WaitingClaim,
  server: Server,
  { format }: KeyChoice,
  made: { privateKey: string; fingerprint: string },
): Response {
  const username = claim.username ?? ''
  const file = `nightdrop-${username}${formats[format].suffix}`
  const data = `data:application/octet-stream;base64,${Buffer.from(made.privateKey).toString('base64')}`
  return page(
    200,
    'Your key',
    html`<p class="note" role="status">Save it now. It is not shown again, and this link works no more.</p>
<h2>1. Save the private key</h2>
<p><a class="button" download="${file}" href="${data}">Download ${file}</a></p>
<p class="hint">Or copy it: one click selects all of it.</p>
<pre class="secret" tabindex="0" aria-label="Private key">${made.privateKey}</pre>
<p>Whoever has this file can send files as ${username}. Keep it where only your export job reads it, and send it to nobody.</p>
<h2>2. Connect</h2>
<dl>
<dt>Host</dt><dd class="code">${server.host}</dd>
<dt>Port</dt><dd class="code">${server.port}</dd>
<dt>User name</dt><dd class="code">${username}</dd>
<dt>This key</dt><dd class="code">${made.fingerprint}</dd>
<dt>Server's keys</dt><dd class="code">${fingerprints(claim.hostKeys)}</dd>
</dl>
${firstCommand(format, file, username, server)}
<p>The first connection shows the server's key: it must be one of the above. If it is not, do not go on, and tell us.</p>
<h2>If it gets lost</h2>
<p>Nobody can bring it back. An administrator revokes this key and makes a new one, which takes a minute.</p>`,
  )
}

const fingerprints = (all: WaitingClaim['hostKeys']): Html =>
  all.length === 0
    ? html`not known at the moment: ask us for them`
    : html`${all.map(({ type, fingerprint }) => html`<span>${shownType(type)} ${fingerprint}</span>`)}`

/** As clients show it beside the fingerprint. */
const shownType = (type: string) =>
  type.startsWith('ecdsa-') ? 'ECDSA' : type.replace('ssh-', '').toUpperCase()

function firstCommand(
  format: PrivateKeyFormat,
  file: string,
  username: string,
  { host, port }: Server,
): Html {
  const address = `${username}@${host.includes(':') ? `[${host}]` : host}`
  if (format === 'PPK')
    return html`<p>In the folder where you saved it, with PuTTY's own client:</p>
<pre>psftp -i ${file} -P ${port} ${address}</pre>
<p class="hint">WinSCP: new site, protocol SFTP, then Advanced, SSH, Authentication, Private key file.</p>`
  return html`<p>In the folder where you saved it:</p>
<pre>chmod 600 ${file}
sftp -i ${file} -P ${port} ${address}</pre>`
}
