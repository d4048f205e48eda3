/** Words of dates, lower case, in the languages whose notices we read. */
export type NoticeLanguage = 'en' | 'de' | 'fr' | 'es' | 'it' | 'pt' | 'nl' | 'pl' | 'sv' | 'da'

/** Month by name or abbreviation, 1 to 12. The names of ten languages that share a spelling share the month too. */
export const MONTHS: ReadonlyMap<string, number> = numbered([
  'january jan januar januari jänner janvier janv enero ene gennaio gen janeiro stycznia styczeń',
  'february feb februar februari février févr fév febrero febbraio fevereiro fev lutego luty',
  'march mar märz maerz mrz mär mars marzo março marco maart mrt marca marzec marts',
  'april apr avril avr abril abr aprile kwietnia kwiecień',
  'may mai mayo maggio mag maio mei maja maj',
  'june jun juni juin junio giugno giu junho czerwca czerwiec',
  'july jul juli juillet juil julio luglio lug julho lipca lipiec',
  'august aug août aout agosto ago augustus sierpnia sierpień augusti',
  'september sep sept septembre septiembre setiembre settembre set setembro września wrzesień',
  'october oct oktober okt octobre octubre ottobre ott outubro out października październik',
  'november nov novembre noviembre novembro listopada listopad',
  'december dec dezember dez décembre déc diciembre dic dicembre dezembro grudnia grudzień',
])

/** Weekday by name, 1 (Monday) to 7. */
export const WEEKDAYS: ReadonlyMap<string, number> = numbered([
  'monday montag lundi lunes lunedì segunda segunda-feira maandag poniedziałek poniedziałku poniedziałek måndag mandag',
  'tuesday dienstag mardi martes martedì terça terça-feira dinsdag wtorek wtorku tisdag tirsdag',
  'wednesday mittwoch mercredi miércoles mercoledì quarta quarta-feira woensdag środę środy środa onsdag',
  'thursday donnerstag jeudi jueves giovedì quinta quinta-feira donderdag czwartek czwartku torsdag',
  'friday freitag vendredi viernes venerdì sexta sexta-feira vrijdag piątek piątku fredag',
  'saturday samstag sonnabend samedi sábado sabato zaterdag sobotę soboty lördag lørdag',
  'sunday sonntag dimanche domingo domenica zondag niedzielę niedzieli söndag søndag',
])

function numbered(lines: readonly string[]): ReadonlyMap<string, number> {
  return new Map(lines.flatMap((line, index) => line.split(' ').map((word) => [word, index + 1] as const)))
}

/** "The day after this one" in its languages; the reference is the day of arrival. */
export const TOMORROW = 'tomorrow|demain|mañana|domani|amanhã|jutro|jutra|imorgon|i morgon|i morgen'

/** Words in front of the first day back. Only in the same sentence, at most 60 characters before the date. */
export const BACK_BEFORE =
  'back|return(ing)?|resume|available( again)?|in the office again|zurück|wieder|de retour|retour|serai (de nouveau )?(disponible|joignable)|reprendrai|de vuelta|regres(o|aré|are|ando)|vuelvo|volveré|incorpor(o|aré)|torn(o|erò|ero)|rientr(o|erò|ero)|di ritorno|nuovamente (disponibile|in ufficio)|de volta|regresso|retorno|volto|retornarei|voltarei|regressarei|terug|weer|wracam|wrócę|powrót|powracam|ponownie (dostępn\\p{L}{0,3}|w biurze)|tillbaka|åter|tilbage|igen fra'
/** Words behind the first day back: "am 5. Mai wieder im Büro". */
export const BACK_AFTER =
  'wieder|zurück|back|again|de nouveau|nuevamente|terug|weer|tillbaka|åter|tilbage|igen|ponownie|z powrotem|onwards?'
/** Words in front of the last day away, or of the day until which. */
export const UNTIL_BEFORE =
  "until|indtil|till?|through|thru|to|up to|-|–|—|bis( zum)?|jusqu['’]?(au|à|a)?|au|hasta( el)?|al|fino (al(l['’])?|a)|sino al(l['’])?|al(l['’])?|até( (ao?|o dia))?|a|ao|tot( en met)?|t/m|t\\.m\\.|tm|do|till( och med| o m)?|t\\.?o\\.?m\\.?|til( og med)?|t\\.?o\\.?m\\.?"
/** Words that make "until" include its day. */
export const INCLUSIVE =
  /through|thru|inclu|einschl|inkl|\bincl|compr[ei]s|inbegrepen|tot en met|t\/m|włącznie|t\.?\s?o\.?\s?m|till och med|til og med|inclusief/iu
/** Words in front of the first day away; such a date says nothing about the return. */
export const FROM_BEFORE =
  "from|since|starting|vom|von|seit|du|depuis( le)?|desde( el)?|dal(l['’])?|van(af)?|od|från( och med)?|fra( og med)?|del|de"
/** "Next Monday" means this week's to some and next week's to others. */
export const NEXT =
  'next|nächste[nrms]?|kommende[nrms]?|prochain|próximo|próxima|prossimo|prossima|volgende|komende|następny|przyszły|nästa|næste|que viene'
