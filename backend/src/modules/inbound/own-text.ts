const TEXT = 200_000
const RESULT = 20_000
const LINE = 1000

/** "On Mon, 4 May 2026 at 10:00, Ada <ada@example.com> wrote:" in the languages we read; only looked for at a line's ends. */
const WROTE =
  /(wrote|writes|schrieb|geschrieben|a écrit|escribió|ha scritto|scrisse|escreveu|schreef|napisał\(?a?\)?|napisała|skrev|kirjoitti|napsala?|написала?)\s?:?$/iu
/** The same with the name behind the verb: "Am 29.04.2026 schrieb Ada <ada@example.com>:". */
const WROTE_NAME = /\s(schrieb|schreef|skrev)\s.{1,200}:$/iu
const ATTRIBUTION_START =
  /^(on|am|le|el|il|em|op|w dniu|dnia|den|på|dne|pon|wt|śr|czw|pt|sob|mån|tis|ons|tors|fre|lör|sön|man|tir|tor|lør|søn|(ma|ti|ke|to|pe|la|su|po|út|st|čt|pá|so|ne) \d{1,2}\.|\d{1,4}[./-]|\S+ <\S+@\S+>|".*" <)/iu
/** A mail program's line above a quoted or forwarded mail. */
const DIVIDER =
  /^[-_]{2,}\s*(original message|original appointment|forwarded message|ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|message d'origine|message original|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|wiadomość oryginalna|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|opprinnelig melding)\s*[-_]*$/iu
/** The first line of Outlook's header block; the next lines must confirm it. */
const FROM_LINE = /^\**(from|von|de|da|van|od|från|fra|lähettäjä)\s*:\**\s?\S/iu
const BLOCK_LINE =
  /^\**(sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|objet|à|enviado( el)?|fecha|para|asunto|inviato|data|oggetto|a|assunto|verzonden|aan|onderwerp|wysłano|do|temat|skickat|till|ämne|sendt|til|emne)\s*:/iu

/** What is left of a mail's text. */
export interface OwnText {
  /** What the writer added; at most 20 000 characters, trimmed. */
  readonly text: string
  /** Whether something quoted was taken away. */
  readonly quoted: boolean
}

/**
 * The writer's own words in a mail's plain text: without quoted lines, without the mail below the answer, and without a
 * signature behind "-- " (RFC 3676, 4.3). Answers between quoted lines stay. Pure, linear in the text.
 */
export function ownText(text: string): OwnText {
  const lines = text
    .slice(0, TEXT)
    .split(/\r\n|\r|\n/)
    .map((line) => line.slice(0, LINE).trimEnd())
  const kept: string[] = []
  let quoted = false
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const trimmed = line.trim()
    if (trimmed.startsWith('>')) {
      quoted = true
      continue
    }
    if (line === '--' || DIVIDER.test(trimmed) || isHeaderBlock(lines, at)) {
      quoted ||= line !== '--'
      // A signature under the answer may still have the quoted mail below it; all of it goes.
      quoted ||= restIsQuoted(lines, at)
      break
    }
    const length = attributionLength(lines, at)
    if (length > 0) {
      quoted = true
      if (!nextIsQuoted(lines, at + length)) break
      at += length - 1
      continue
    }
    kept.push(line)
  }
  return {
    text: kept
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
      .slice(0, RESULT),
    quoted,
  }
}

/** How many lines an attribution takes here: mail programs wrap it over up to three. 0: none begins here. */
function attributionLength(lines: readonly string[], at: number): number {
  const first = (lines[at] ?? '').trim()
  if (!ATTRIBUTION_START.test(first)) return 0
  for (let length = 1; length <= 3; length++) {
    const joined = lines
      .slice(at, at + length)
      .join(' ')
      .trim()
    // A sentence may end in "wrote:" too; an attribution names a time or an address.
    if (WROTE.test(joined) || WROTE_NAME.test(joined)) return /\d/.test(joined) || joined.includes('@') ? length : 0
    if ((lines[at + length] ?? '').trim() === '') return 0
  }
  return 0
}

function nextIsQuoted(lines: readonly string[], at: number): boolean {
  const next = lines.slice(at, at + 4).find((line) => line.trim() !== '')
  return next?.trim().startsWith('>') ?? false
}

function restIsQuoted(lines: readonly string[], at: number): boolean {
  return lines
    .slice(at + 1)
    .some((line, index, rest) => line.startsWith('>') || DIVIDER.test(line.trim()) || isHeaderBlock(rest, index))
}

/** "From: … / Sent: … / To: …" as Outlook writes it above the mail it answers, on some devices below a rule. */
function isHeaderBlock(lines: readonly string[], at: number): boolean {
  const start = /^_{5,}$/.test((lines[at] ?? '').trim()) ? at + 1 : at
  if (!FROM_LINE.test((lines[start] ?? '').trim())) return false
  return lines.slice(start + 1, start + 6).filter((line) => BLOCK_LINE.test(line.trim())).length >= 2
}
