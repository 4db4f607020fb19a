/**
 * What the real headers in `export-headers.tsv` mean, by hand: which cell is the reference, the agent, the start of the
 * contact, its duration. Cells count from 1; a pair is a day and its time. Where two cells are as good, all are named,
 * the first being the one to hope for; an empty list says that no cell is one, so that none may be proposed.
 */
export interface Labels {
  reference: readonly number[]
  agent: readonly number[]
  date: readonly (number | readonly [day: number, time: number])[]
  duration: readonly number[]
}

const none: Labels = { reference: [], agent: [], date: [], duration: [] }

const labels = (
  reference: Labels['reference'],
  agent: Labels['agent'],
  date: Labels['date'],
  duration: Labels['duration'],
): Labels => ({ reference, agent, date, duration })

/** By system and kind, as the first two cells of each line have them. */
export const exportLabels: Readonly<Record<string, Labels>> = {
  'Asterisk CDR Master.csv (no header line)/calls': labels([], [], [10], [13, 14]),
  'FreePBX CDR export (older)/calls': labels([15], [], [1], [10, 11]),
  'FreePBX CDR export (single record)/calls': labels([15], [], [1], [10, 11]),
  'FreePBX 17 CDR export/calls': labels([15, 24], [], [1], [10, 11]),
  // The extension is all that tells these agents apart.
  'AVM FRITZ!Box Anrufliste (newer firmware)/calls': labels([], [6], [2], [8]),
  'AVM FRITZ!Box Anrufliste/calls': labels([], [5], [2], [7]),
  'AVM FRITZ!Box Anrufliste (old firmware)/calls': labels([], [4], [2], [6]),
  'AVM FRITZ!Box Push-Service mail/calls': labels([], [4], [2], [6]),
  'AVM FRITZ!Box call list (English firmware)/calls': labels([], [4], [2], [6]),
  // The numbers have time zones of their own, so that UTC is the one clock for all rows.
  'Aircall calls export (v1/v2)/calls': labels([], [12], [5, [2, 3]], [13, 14]),
  'Aircall calls export (v3)/calls': labels([], [6], [2], [3]),
  'Genesys Cloud interactions view export (subset)/calls': labels([], [4], [5], []),
  'Genesys Cloud performance view export/calls': none,
  'Cisco UCCX Contact Service Queue Activity/CCDR/calls': labels([1], [11], [2], []),
  'Cisco UCCX post-call survey/calls': labels([1], [4, 5], [2], []),
  'Cisco CUCM CMR/calls': labels([3, 15], [], [7], []),
  'Hermes.net (Vocalcom) ODCalls table/calls': labels([1], [41, 40], [7, 6, 9, 8], [10, 11]),
  'speech-analytics metadata CSV (Topbox)/recordings': labels([], [10, 8], [5], [6]),
  'Twilio call log exporter (community script)/calls': labels([], [], [2], [4]),
  'Genesys Cloud interactions export/calls': labels([1], [7], [2], [16, 17]),
  'Genesys Cloud interactions export (training data)/calls': labels([], [6], [7], [4]),
  'Genesys Cloud agent status duration details/calls': none,
  'Five9 Call Log report/calls': labels([1], [5], [2], []),
  'TIM Brasil invoice call detail/calls': labels([], [], [[8, 9]], [14]),
  'Cisco CUCM CDR/calls': labels([3, 51], [], [5], [56]),
  'Cisco UCM CDR (parser test subset)/calls': labels([2], [], [7], [10]),
  'Cisco UCM CDR (fixture with types line)/calls': labels([3], [], [6], [9]),
  'Ringostat call log export/calls': labels([20], [22, 11, 23], [5], [7, 10, 34]),
  'DIDWW inbound CDR export/calls': labels([], [], [1], []),
  'Huawei Cloud CEC recording index/recordings': labels([5], [4], [8], []),
  'Genesys on inContact CDR plus SIP variables/calls': labels([1], [], [], []),
  'Amazon Connect contact search export/calls': labels([1], [7, 12], [4], [11, 19]),
  'FreeSWITCH mod_cdr_csv example template (no header line)/calls': labels([11], [], [5], [8, 9]),
  'FreeSWITCH-based hosted PBX CDR export/calls': labels([1], [], [7], [10, 11]),
  'Yeastar P-Series CDR/calls': labels([1], [], [2], [5, 7]),
  'Skype for Business Online / Teams PSTN usage/calls': labels([1], [2], [10], [11]),
  'Nimbata call tracking/calls': labels([12], [], [[1, 2]], [4]),
  'Cisco Webex Contact Center CAR (activity report)/calls': labels([1], [], [3], []),
  'Genesys PureConnect I3_IC calldetail_viw/calls': labels([1], [4, 5], [2], []),
  'French contact centre, outgoing calls (Tableau crosstab)/calls': labels([4], [6], [2], []),
  'French operator listing (fadettes)/calls': labels([], [], [3], [4]),
  'Quality-monitoring form on PureConnect (Mexico)/recordings': labels([2], [8, 7], [4], [6]),
  'FreePBX CDR report download (real file)/calls': labels([15], [], [1], [10, 11]),
  'FreePBX cdr table dump (no header, real file)/calls': labels([15], [], [1], [10, 11]),
  'FreePBX CDR cut down in Excel for Mac (real file)/calls': labels([], [], [1], [4, 5]),
  'Asterisk Master.csv, cdr_custom order (no header, real file)/calls': labels([17], [], [9], [12, 13]),
  'FreeSWITCH Master.csv re-saved by Excel (no header, real file)/calls': labels([11], [], [5], [8, 9]),
  'Bicom PBXware / voipOffice cdr/calls': labels([18, 20], [], [11], [12, 13]),
  'Asterisk queue_log (PBXware table)/calls': labels([3], [], [2, 14], []),
  'PBXware remote recordings/recordings': labels([3], [], [6], []),
  'Call-centre dialler extract/calls': labels([], [1], [3], [2]),
  'Small 3CX-like wallboard log/calls': labels([1], [], [2], [3]),
  'Caller/receiver log (student project)/calls': labels([], [], [[3, 4]], []),
  'Cisco CUCM CDR (re-saved, no types line)/calls': labels([3, 51], [], [5], [56]),
  'Talkdesk Explore calls historical base/calls': labels([1], [17, 21], [3], [7]),
  'Salesforce call tasks/calls': labels([1], [], [7, 10], [8]),
  'Salesforce VoiceCall/calls': labels([1, 5], [], [], [3]),
  '104 health line (India, Piramal)/calls': labels([2, 1], [7], [4], [6]),
  'Cisco Webex Calling detailed call history/calls': labels([5, 11], [30, 28], [7], [14]),
  'SwyxWare / Enreach CDR text file/calls': labels([1], [], [[8, 9]], []),
  'LinkedIn messages export/chats': labels([1], [], [7], []),
  'Amazon Connect contact search export (other naming)/calls': labels([1], [7], [4], [10, 17]),
  'IvozProvider call CSV report/calls': labels([1], [], [2], [3]),
  'IvozProvider call CSV report (brand, 2.12)/calls': labels([1], [], [2], [3]),
}
