/** What a column of an agents' list can hold. */
export type AgentColumn = 'name' | 'firstName' | 'lastName' | 'email' | 'username' | 'externalId' | 'aliases'

/** A word that depends on what else the header has: the first meaning none of whose rivals is there. */
type Loose = readonly { is: AgentColumn; unless: readonly AgentColumn[] }[]

/** Upper and lower case, accents, blanks and marks make no difference: `E-Mail-Adresse`, `external_id`. */
export const foldHeaderWord = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')

/**
 * Headers as human resources write them, in the languages that lists have come in; one that is missing is added here,
 * as people write it. Only what cannot mean anything else: `Kennung` or `Identifiant` is a login in one house and a
 * number in the next, and stays unknown.
 */
const words: Readonly<Record<AgentColumn, string>> = {
  name: `
    full name | display name | agent | agent name | employee | employee name | name of agent |
    vollständiger name | anzeigename | mitarbeiter | mitarbeitername | vor- und nachname | name, vorname |
    nom complet | nom et prénom | prénom et nom | nom de l’agent | nombre completo | nombre y apellidos |
    nombre del agente | nome completo | nome e cognome | nome do agente | volledige naam | naam medewerker |
    imię i nazwisko | fullt navn | fulde navn | fullständigt namn | koko nimi | celé jméno | teljes név |
    ad soyad | 氏名 | 姓名`,
  firstName: `
    first name | given name | forename | vorname | prénom | primer nombre | nombre de pila | voornaam | imię |
    fornavn | förnamn | etunimi | křestní jméno | keresztnév | nome próprio`,
  lastName: `
    last name | surname | family name | nachname | familienname | zuname | nom de famille | apellido |
    apellidos | cognome | sobrenome | apelido | achternaam | nazwisko | etternavn | efternavn | efternamn |
    sukunimi | příjmení | vezetéknév | soyad`,
  email: `
    email | e-mail | email address | e-mail address | mail | mail address | work email | business email |
    e-mail-adresse | mailadresse | adresse e-mail | adresse mail | courriel | adresse courriel | correo |
    correo electrónico | endereço de email | indirizzo email | posta elettronica | e-mailadres |
    adres e-mail | e-post | e-postadresse | e-postadress | sähköposti | e-posta | メール | メールアドレス`,
  username: `
    username | user name | login | login name | logon | logon name | windows login | sam account name |
    benutzername | anmeldename | nom d’utilisateur | nombre de usuario | nome utente | nome de usuário |
    nome de utilizador | gebruikersnaam | nazwa użytkownika | brukernavn | brugernavn | användarnamn |
    käyttäjätunnus | uživatelské jméno | felhasználónév | kullanıcı adı`,
  externalId: `
    external id | employee id | employee number | employee no | employee no. | personnel number |
    personnel id | staff id | staff number | agent id | agent number | worker id | payroll number | hr id |
    personalnummer | personal-nr. | personalnr | mitarbeiternummer | mitarbeiter-nr. | mitarbeiter-id |
    matricule | numéro de matricule | numéro d’employé | número de empleado | id de empleado | matricola |
    número de funcionário | personeelsnummer | medewerkernummer | numer pracownika | ansattnummer |
    medarbejdernummer | anställningsnummer | henkilönumero | osobní číslo | sicil no | 社員番号`,
  aliases: `
    aliases | alias | also known as | aka | nickname | nicknames | other names | further names |
    weitere namen | spitzname | aliasnamen | autres noms | otros nombres | altri nomi | andere namen`,
}

/** `Name` alone is the name; beside `Vorname` it is the other half, and beside `Nachname` the first one. */
const halfOrWhole: Loose = [
  { is: 'name', unless: ['name', 'firstName', 'lastName'] },
  { is: 'lastName', unless: ['name', 'lastName'] },
  { is: 'firstName', unless: ['name', 'firstName'] },
]

const loose: readonly [Loose, string][] = [
  [halfOrWhole, 'name | nom | nombre | nombres | nome | naam | navn | namn | nimi | jméno | név | ad'],
  [[{ is: 'externalId', unless: ['externalId'] }], 'id | number | nr | no'],
  [
    [{ is: 'username', unless: ['username'] }],
    'user | benutzer | usuario | utente | utilisateur | gebruiker',
  ],
]

const listed = (text: string) => text.split('|').map(foldHeaderWord)

/** What a folded header means. */
export const headerWords: ReadonlyMap<string, AgentColumn | Loose> = new Map<string, AgentColumn | Loose>([
  ...loose.flatMap(([meaning, written]) => listed(written).map(word => [word, meaning] as const)),
  ...Object.entries(words).flatMap(([column, written]) =>
    listed(written).map(word => [word, column as AgentColumn] as const),
  ),
])
