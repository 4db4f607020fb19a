/**
 * Months in English, German, French, Spanish, Portuguese, Dutch and Italian, whole and as exports shorten them, in small
 * letters without accents. No word means two months, so a template need not say its language: `jui` is no month here,
 * since it is July in MySQL's French, and June as well where names are cut to three letters.
 */
const names = [
  'january januar janner janvier enero janeiro januari jan janv ene gennaio gen',
  'february februar feber fevrier febrero fevereiro februari feb febr fev fevr febbraio',
  'march marz maerz mars marzo marco maart mar mrz mrt',
  'april avril abril aprile apr avr abr',
  'may mai mayo maio mei maggio mag',
  'june juni juin junio junho jun giugno giu',
  'july juli juillet julio julho jul juil juill luglio lug',
  'august aout agosto augustus aug aou ago',
  'september septembre septiembre setiembre setembro settembre sep sept set',
  'october oktober octobre octubre outubro ottobre oct okt out ott',
  'november novembre noviembre novembro nov',
  'december dezember decembre diciembre dezembro dicembre dec dez dic',
]

const months = new Map(
  names.flatMap((words, index) => words.split(' ').map(word => [word, index + 1] as const)),
)

const known = new Map<string, number>()
const KEPT = 1000

/** 1 to 12, whatever the case and the accents; NaN for what is no month. */
export const monthNamed = (name: string): number => {
  let month = known.get(name)
  if (month === undefined) {
    const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
    month = months.get(plain) ?? Number.NaN
    if (known.size >= KEPT) known.clear()
    known.set(Buffer.from(name).toString(), month)
  }
  return month
}
