import type { ContactField } from '../../templates/template.ts'

/**
 * The words of this trade's headers, in two tables. To have another system's export recognised, add to one of them;
 * nothing else needs to change. Both are written in small letters without accents (`duree`, `gesprach`, `strasse`).
 *
 * `wholeHeaders`: headers that mean one field and do not say so by their words. Blanks, underscores and capitals do not
 * count: `unique id` is `UniqueID` and `unique_id` as well. Separated by commas.
 */
export const wholeHeaders: Partial<Record<ContactField, string>> = {
  REFERENCE: `unique id, unique call id, ucid, universal call id, conn id, cdr id, inum, protocolo, numero de protocolo, folio,
    localizador, vorgangsnr, node id session id sequence no, node id session id sequence number`,
  AGENT: `upn, user principal name, matricule, answered by, handled by, taken by, assigned to, activity assigned to,
    ticket assigned to, agent skill target id, ans login, resource name,
    bearbeitet von, angenommen von, traite par, pris par, atendido por, contestada por, behandeld door, gestito da,
    personalnummer`,
  CONTACT_DATE: `date time, call date, start time stamp`,
  DURATION: `bill sec, length, len, total time, call time, handle time, duree com, dmt, tmo, tma, in call, talking,
    connected time, connect time, time connect, time connected`,
  DIRECTION: `in out, call in out`,
  CHANNEL: `media type, media name, communication type`,
  CUSTOMER_PHONE: `ani, cli, cli number, msisdn, caller id, cid, cnum, remote number, originator dn`,
  QUEUE: `queue, csq, csq name, csq names, hunt group, split, workgroup, assigned work group, ring group, file d attente,
    file attente`,
  DISPOSITION: `wrap up, wrap up code, finish code, action result, hangup cause, completion status, disp name,
    categorie de qualification`,
  RECORDING: `recording file, audio file, wav file, voice file, file path, recording path, recording location, file name, nombre grabacion`,
  SCREEN_RECORDING: `screen recording, screen file, screen recording file, video file, bildschirmaufnahme, screen capture`,
  METADATA: `user field, user data, user agent, sip user agent, caller id name, contact code, account code, contact center,
    contact centre, call center, call centre`,
  IGNORED: `nightdrop reason`,
}

/**
 * What single words say, also where a header runs them together (`calldate`, `Gesprächsdauer`, `agentName`). A header is
 * the sum of its words: one for a contact and one for an id make a reference, one for a start and one for a time the date
 * of the contact. `field-rules.ts` has the sums. A word may stand under several concepts.
 */
export const headerWords = {
  /** One contact of any channel. */
  contact: `call calls contact contacts interaction conversation communication chat cdr
    anruf anrufe anrufs gesprach gesprache gesprachs gespraech gespraechs kontakt vorgang vorgangs interaktion telefonat
    verbindung verbindungs konversation appel appels echange llamada llamadas contacto interaccion conversacion comunicacion
    gestion atencion chamada chamadas ligacao ligacoes contato atendimento interacao conversa comunicacao gesprek gesprekken
    gespreks oproep interactie chiamata chiamate contatto conversazione interazione telefonata comunicazione samtal samtale
    opkald anrop rozmowa rozmowy polaczenie polaczenia`,
  /** A part of one, or several of them together. */
  session: `session segment seg transaction activity engagement event sitzung sesion sessao sessie sessione transaktion
    transaccion transacao transactie transazione segmento`,
  /** What a contact may be about; others can be about the same. */
  matter: `ticket tickets case incident dossier expediente fall zaak pratica chamado incidencia order auftrag commande
    pedido`,
  id: `id ids uid uuid guid sid key identifier ident ref reference identifikation kennung schlussel referenz identifiant
    identificador referencia identificativo riferimento kenmerk referentie sleutel clave chave pkid
    protocolo folio`,
  number: `number num no nr nro nummer numero nbr numer code cod codigo codice kod`,
  agent: `agent agents user users usr operator operators advisor adviser employee employees rep reps representative staff
    consultant associate clerk csr tsr agenten mitarbeiter mitarbeiterin mitarbeiters benutzer bearbeiter berater
    sachbearbeiter bediener conseiller conseillere conseillers teleconseiller utilisateur operateur collaborateur employe
    teleoperateur agente agentes asesor asesora asesores usuario usuarios operador operadora ejecutivo ejecutiva teleoperador
    empleado atendente consultor colaborador funcionario medewerker medewerkers gebruiker operatore utente addetto
    consulente assignee teammate owner responsable besitzer propietario medarbetare medarbejder handlaggare konsultant
    pracownik`,
  /** Weaker words for whoever took the contact. */
  extension: `extension ext nebenstelle durchwahl poste ramal anexo toestel interno teilnehmer`,
  login: `login logon username anmeldename benutzername kurzel kuerzel loginname`,
  email: `email mail correo courriel emailadresse`,
  name: `name names nom noms nombre nome naam fullname nombres namn navn nazwa`,
  partOfName: `first last given family surname middle vorname nachname prenom apellido apellidos sobrenome cognome voornaam
    achternaam`,
  start: `start started starts begin beg began begins beginning beginn anfang debut deb inicio ini comienzo aanvang inizio initiated
    initiation initiate origination originated arrival arrived opened open opening setup eingang eingangs eingegangen begonnen
    gestart geopend iniciado iniciada iniciou poczatek rozpoczecie received arrivee reception recibida entrada placed`,
  end: `end ended ends stop stopped finish finished close closed completed completion complete disconnect disconnected
    disconnection terminate terminated termination release released hangup ende schluss beendet endet fin fim termino einde
    eind beeindigd fine conclusione cloture finalizacion koniec zakonczenie slut`,
  answer: `answer answered connect connected connection pickup angenommen annahme decroche repondu contestada atendida
    respuesta beantwoord risposta accepted`,
  created: `created creation erstellt angelegt cree creacion creado criacao criado aangemaakt creato`,
  /** Of moments in a contact's life that are neither its start nor its end. */
  otherTime: `report reported export exported update updated modified modification changed enqueue enqueued queued scheduled
    schedule survey evaluation evaluated evaluacion monitoring monitoreo monitoria review reviewed due expiry expires birth
    dob logged rang archived deleted uploaded import imported processed synced partial geandert bewertung bewertet geplant
    modifie planifie aangepast modificato valutazione rappel ruckruf callback last next previous logout`,
  date: `date dates dte fec fch f datum fecha data dia day tag jour giorno dag dato`,
  clock: `time times tm hr h t zeit uhrzeit heure heures hora horas ora ore tijd uhr orario horario tiempo tempo temps tid czas
    godzina klokkeslett`,
  moment: `datetime timestamp timestamps stamp zeitstempel zeitpunkt horodatage horodate tijdstempel tijdstip fechahora
    datahora moment instant ts dttm`,
  utc: `utc gmt zulu universal`,
  local: `local lokal lokale ortszeit locale`,
  zone: `timezone zeitzone tz fuseau husohorario tijdzone fusohorario`,
  duration: `duration durations dur length dauer duree duracion duracao duur durata elapsed varighed
    varighet varaktighet trwania`,
  talk: `talk talking billsec conv spoken speaking gesprachszeit gesprochen falado falada hablado parle parlato gesproken`,
  handle: `handle handling handled traitement bearbeitung bearbeitungs bearbeitungszeit afhandel afhandeltijd lavorazione`,
  total: `total gesamt totale totaal overall`,
  seconds: `sec secs second seconds segundos seg sek sekunden seconden secondi secondes s`,
  milliseconds: `ms msec millis milliseconds milisegundos millisekunden millisecondes`,
  minutes: `min mins minutes minuten minutos minuti`,
  /** Parts of a contact in which nobody talks. */
  waiting: `wait waiting waited warte wartezeit wartedauer attente espera wacht wachttijd attesa hold holding held halte
    haltezeit park parked ring ringing klingel klingeldauer rufdauer sonnerie timbrado toque squillo acw wrap wrapup
    nachbearbeitung nachbearbeitungs nacharbeit ivr speed alert alerting abandon abandoned routing preview queue consult
    conference transfer delay latency idle pause accept overflow reroute after prequeue inqueue postqueue response answer
    connect break meal meeting training work q`,
  average: `avg average mean durchschnitt durchschnittliche moyenne moyen promedio medio gemiddelde gemiddeld aht asa max
    maximum min minimum longest`,
  count: `count counts anzahl aantal qtd qtde cantidad quantidade quantity nb percent pct rate ratio quote taux tasa taxa
    percentage occupancy sla servicelevel attempts counter presented offered`,
  interval: `interval intervall intervalle intervalo period periode periodo month monat mois mes maand mese week woche`,
  direction: `direction richtung sens direccion sentido direcao richting direzione`,
  channel: `channel media medium kanal canal kanaal canale`,
  phone: `phone telephone tel fone telefon telefono telefone telefoon rufnummer rufnr msisdn ani cli clid anschluss telefonnummer
    telefoonnummer mobile mobil movil celular cellulare handy did dnis ddi dn`,
  customer: `customer caller client clients calling kunde kunden anrufer appelant cliente clientes chamador llamante klant
    beller chiamante visitor requester patient citizen consumer subscriber abonne guest from`,
  otherParty: `called callee dest destination dst angerufener appele llamado dialed dialled target to src source origin
    originator outgoing redirect redirecting forwarded party line system eigene`,
  queue: `queue queues q skill skills skillset csq warteschlange fila cola coda wachtrij split huntgroup workgroup kolejka`,
  campaign: `campaign campaigns kampagne campagne campana campanha campagna`,
  disposition: `disposition dispositions outcome ergebnis esito resultado resultaat qualification tipificacion tabulacao
    disp finishcode abschluss abschlusscode afhandelcode wrapup result`,
  recording: `recording recordings recorded audio aufnahme aufzeichnung enregistrement grabacion gravacao opname
    registrazione soundfile`,
  file: `file filename datei dateiname fichier archivo arquivo bestand path location`,
  screen: `screen video bildschirm ecran pantalla tela scherm schermo`,
  url: `url link uri href enlace lien`,
  kind: `type typ tipo types art kind category categorie kategorie class mode method level code`,
  status: `status state statut estado stato zustand reason grund motif motivo reden cause flag indicator rating score`,
  group: `group team gruppe equipe equipo groep gruppo squadra department departamento abteilung site location region role
    rolle profile division unit center centre branch partition`,
  supervisor: `supervisor manager leader evaluator evaluador auditor auditora analyst analista monitor reviewer coach
    teamleiter trainer approver qa prufer bewerter coordinator`,
  /** Things that have ids and names of their own. */
  thing: `account acct tenant company organization organisation org cluster node device trunk server product list flow
    application app domain station terminal survey endpoint provider carrier vendor feature conference usage lead org`,
  related: `parent previous next related linked link original initial root peer associated orig dest transfer
    transferred remote network external vendor leg bleg secondary consult inbound outbound agi sip incoming outgoing final cti
    media server protocol local`,
  boolean: `is has was can were listen`,
} as const satisfies Record<string, string>

export type Concept = keyof typeof headerWords

/** Words between others that say nothing by themselves. */
export const fillers = `a an the of in on at by for and or de del della dello der des die das den d l la le les los las el du
  da do dos di dell van von voor und et e y o zu zum zur im am per as incl offset string text full display value pour global
  switch primary interacted assigned responsible complete master lfd laufende`
