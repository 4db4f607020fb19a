import { describe, expect, test } from 'vitest'
import { readAgentColumns } from '../../../../core/agents/list/agent-columns.ts'

const columns = (header: string) => {
  const read = readAgentColumns(header.split(';'))
  if ('fault' in read) return read.fault
  return { ...read.at, ...(read.unknown.length > 0 ? { unknown: read.unknown } : {}) }
}

test.each([
  ['name;email;username;externalId;aliases', { name: 0, email: 1, username: 2, externalId: 3, aliases: 4 }],
  [
    'NAME; E-Mail ;User Name;external_id;Alias',
    { name: 0, email: 1, username: 2, externalId: 3, aliases: 4 },
  ],
  ['Personal-Nr.;Nachname;Vorname;E-Mail-Adresse', { externalId: 0, lastName: 1, firstName: 2, email: 3 }],
  ['Name;Vorname;Mail', { lastName: 0, firstName: 1, email: 2 }],
  ['Matricule;Nom;Prénom;Courriel', { externalId: 0, lastName: 1, firstName: 2, email: 3 }],
  ['Nom complet;Adresse e-mail', { name: 0, email: 1 }],
  ['Nombre;Apellidos;Correo electrónico', { firstName: 0, lastName: 1, email: 2 }],
  ['Nombre;Correo', { name: 0, email: 1 }],
  ['Nome;Cognome;Matricola', { firstName: 0, lastName: 1, externalId: 2 }],
  ['Imię i nazwisko;Adres e-mail;Nazwa użytkownika', { name: 0, email: 1, username: 2 }],
  ['Voornaam;Achternaam;Personeelsnummer', { firstName: 0, lastName: 1, externalId: 2 }],
  ['Employee ID;ID;Full Name', { externalId: 0, name: 2, unknown: ['ID'] }],
  ['ID;Display Name;sAMAccountName', { externalId: 0, name: 1, username: 2 }],
  ['氏名;メールアドレス', { name: 0, email: 1 }],
  ['Team;Name;;Standort', { name: 1, unknown: ['Team', 'Standort'] }],
])('%s', (header, expected) => {
  expect(columns(header)).toEqual(expected)
})

describe('what cannot be told is not guessed', () => {
  test('a login in one house and a number in the next', () => {
    expect(columns('Name;Kennung;Identifiant')).toEqual({ name: 0, unknown: ['Kennung', 'Identifiant'] })
  })

  test.each([
    ['Name;E-Mail;Work email', /Two columns could be the email: "E-Mail" and "Work email"/],
    ['Email;Username', /No column of the header is the agent's name: it has "Email", "Username"/],
    ['Vorname;Email', /No column of the header is the agent's name/],
    ['Ann Lee;ann@example.com', /The first line names the columns/],
  ])('%s', (header, words) => {
    expect(columns(header)).toMatch(words)
  })
})
