/** A notice's subject as mail programs write it, in front of the answered subject or alone. A person's answer begins with Re:. */
export const MACHINE_SUBJECT =
  /^\W{0,3}(auto(?=:)|automatic reply|auto(-| )?reply|auto(-| )?response|autorespon\w{0,6}|out[- ]of[- ]office (auto-?reply|reply|message|notification)|automatische? (antwort|abwesenheit\w{0,12})|abwesenheits(notiz|nachricht|meldung|info\w{0,8})|autom?\. antwort|réponse (automatique|d['’]absence)|respuesta autom[aá]tica|risposta automatica|resposta autom[aá]tica|automatisch (antwoord|bericht)|automatische (beantwoording|reactie)|afwezigheids(bericht|melding)|automatyczna odpowiedź|odpowiedź automatyczna|autosvar|automatiskt? svar|frånvaromeddelande|automaattinen vastaus|automatická odpověď|автоответ|автоматический ответ|自動返信|自動応答|自动答复|自动回复)(?!\p{L})/iu

/** Words of absence, by language. Used for the class, never for the date. */
const ABSENCE: readonly string[] = [
  // English
  "out of (the |my )?office|\\booo\\b|on (annual |parental |maternity |paternity |medical |sick )?(leave|vacation|holidays?)(?! plans)|away from (the|my) (office|desk|computer|e-?mail)|(i am|i['’]m|currently|be) away|away until|limited access to (my )?e-?mails?",
  // German
  'nicht im (büro|haus|hause)|(außer|ausser) haus|abwesend|abwesenheit|im urlaub|elternzeit|nicht erreichbar|auf dienstreise|mutterschutz',
  // French
  'absente?s?(?!\\p{L})|en congés?|en vacances|hors du bureau|en déplacement|congé (maternité|parental)',
  // Spanish
  'fuera de (la |mi )?oficina|de vacaciones|ausente|de baja|permiso de (maternidad|paternidad)',
  // Italian
  "fuori (sede|ufficio|dall['’]ufficio)|in ferie|assente|in congedo",
  // Portuguese
  'fora do escritório|ausência|(de|em) férias|de licença',
  // Dutch
  'afwezig|niet op kantoor|op vakantie|met (zwangerschaps)?verlof|buiten kantoor',
  // Polish
  'nieobecn|poza biurem|na urlopie',
  // Swedish
  'inte på (kontoret|plats)|frånvaro|frånvarande|på semester|föräldraledig|tjänstledig',
  // Danish and Norwegian
  'ikke på kontoret|fravær|på ferie|holder ferie|på barsel',
  // Finnish, Czech, Russian, Japanese
  'poissa|lomalla|mimo kancelář|dovolen|в отпуске|отсутств|不在|休暇',
]
export const ABSENCE_PHRASE = new RegExp(`(?<!\\p{L})(${ABSENCE.join('|')})`, 'iu')

/** What a notice adds: who to ask instead, when an answer comes. A person writes it too, so it only adds. */
export const NOTICE_PHRASE =
  /(up)?on my return|when i (return|am back|get back)|(urgent|immediate) (matters?|assistance|cases?|enquir|inquir|request)|in (an )?emergency|(reply|respond|get back) to (you|your)|dringend|nach meiner rückkehr|nicht weitergeleitet|vertretung|en cas d['’]urgence|à mon retour|caso de urgencia|asuntos? urgentes?|a mi (regreso|vuelta)|per urgenze|in caso di urgenza|al mio rientro|(em )?caso de urgência|assuntos urgentes|no meu regresso|dringende (zaken|gevallen)|spoed|na terugkomst|pilnych|po powrocie|brådskande|när jag är tillbaka|vid brådskande|hastesager|når jeg er tilbage|ved hastende|haster/iu

/** A text that says of itself that nobody wrote it. */
export const MACHINE_TEXT =
  /this is an? (automatic|automated|auto-?generated)|(automatically|auto-?) ?generated (e-?mail|message|reply|response)|do not reply to this (e-?mail|message)|(please )?don['’]t reply to this (e-?mail|message)|diese (e-?mail|nachricht|antwort) w(urde|ird) automatisch|automatisch (generierte|erzeugte|erstellte)|ceci est (un message|une réponse) automatique|(este es un|esta es una) (mensaje|respuesta) automátic|(questo è un messaggio|questa è una risposta) automatic|(esta é uma|este é um[a]?) (mensagem|resposta|e-mail) automátic|dit is een automatisch|wiadomość (została )?wygenerowana automatycznie|to jest automatyczna|detta är ett automatiskt|dette er (et|en) automatisk/iu
