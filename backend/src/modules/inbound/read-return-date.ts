import { BACK_AFTER, BACK_BEFORE, FROM_BEFORE, INCLUSIVE, UNTIL_BEFORE } from './date-words.ts'
import { type DateMention, findDates } from './find-dates.ts'

const TEXT = 4000
const BEFORE = 60
const AFTER = 40
/** A notice that names a day further away is read wrongly, or is not about this absence. */
const DAYS_AHEAD = 366

const back = new RegExp(`(?<!\\p{L})(${BACK_BEFORE})(?!\\p{L})`, 'iu')
const backEverywhere = new RegExp(back.source, 'giu')
const backAfter = new RegExp(`(?<!\\p{L})(${BACK_AFTER})(?!\\p{L})`, 'iu')
const until = new RegExp(`(?:^|[\\s(\\d])(${UNTIL_BEFORE})\\s?$`, 'iu')
const untilSomewhere =
  /(?<!\p{L})(until|through|thru|bis|indtil|jusqu(?:['’]?(?:au|à))?|hasta|fino|sino|até|tot|t\/m|till och med|til og med|t\.?o\.?m)(?!\p{L})/iu
const from = new RegExp(`(?<!\\p{L})(${FROM_BEFORE})\\s?$`, 'iu')
/** Articles and the like between the deciding word and the date. */
const FILLER =
  /(\s|,|\(|\b(the|and|including|inclusive|incl\.?|le|el|il|o|dia|den|dem|der|zum|am|inklusive|einschließlich|einschl\.?|inkl\.?|y|e|on|en met|de)(?=\s|$))+$/iu
/** One is enough: where the day may stand second, a date that reads both ways must not be read. */
const ENGLISH = /\b(the|office|will|return(ing)?|until|through|back|i'm|i’m|my|thanks?|anything)\b/i

type Role = 'back' | 'until' | undefined

/** What stands around a date in its sentence, up to the dates next to it. */
interface Words {
  readonly before: string
  readonly after: string
}

interface Place {
  readonly hasEarlier: boolean
  readonly hasLater: boolean
  readonly polish: boolean
}

/**
 * The day an absence notice names for the return, on or after the day of arrival: the first day back where it says that; else
 * the day "until" which, or the day after one that is included ("bis einschließlich", "through"). So the day itself may still
 * be away: go on with the next business day after it. English, German, French, Spanish, Italian, Portuguese, Dutch, Polish,
 * Swedish and Danish. `undefined` when no day is named, when it is past, or when it can be read in two ways (03/04 in English,
 * "next Friday" on a Monday, two days that differ). Pure, linear, never throws.
 */
export function readReturnDate(text: string, receivedOn: Temporal.PlainDate): Temporal.PlainDate | undefined {
  const tidy = text
    .slice(0, TEXT)
    .toLowerCase()
    .normalize('NFC')
    .replace(/[ \t\u00a0]+/g, ' ')
  const flat = tidy.replace(/\r?\n(?![ \t]*\r?\n)/g, ' ')
  const polish = /(jestem|będę|urlop|nieobecn|biur)/u.test(flat)
  const mentions = findDates(flat, ENGLISH.test(flat))
  const read = mentions.map((mention, index) => {
    const before = flat.slice(Math.max(mentions[index - 1]?.to ?? 0, mention.from - BEFORE), mention.from)
    const after = flat.slice(mention.to, Math.min(mentions[index + 1]?.from ?? flat.length, mention.to + AFTER))
    const words = { before: lastSentence(before), after: firstSentence(after) }
    return {
      mention,
      role: roleOf(words, { hasEarlier: index > 0, hasLater: index < mentions.length - 1, polish }),
      inclusive: isInclusive(words),
    }
  })
  for (const role of ['back', 'until'] as const) {
    const chosen = read.filter((one) => one.role === role)
    if (chosen.length === 0) continue
    const days = chosen.map(({ mention, inclusive }) =>
      resolve(mention, receivedOn)?.add({ days: role === 'until' && inclusive ? 1 : 0 }),
    )
    const [first] = days
    return first && days.every((day) => day?.equals(first)) ? first : undefined
  }
  return undefined
}

function roleOf(words: Words, place: Place): Role {
  const lead = words.before.replace(FILLER, '')
  if (saysUntil(lead, place.hasEarlier, place.polish)) return 'until'
  // The first day of a span; the next date is its end.
  if (from.test(lead) && place.hasLater) return undefined
  if (backAfter.test(words.after)) return 'back'
  if (back.test(words.before)) return untilSomewhere.test(afterLast(words.before)) ? 'until' : 'back'
  return untilSomewhere.test(words.before) ? 'until' : undefined
}

/**
 * Short words such as "a", "to" and "-" mean "until" only behind another date or the first day of a span, as in
 * "3 a 10 de maio"; "till" in Scandinavia and "do" in Polish always.
 */
function saysUntil(lead: string, hasEarlier: boolean, polish: boolean): boolean {
  const word = until.exec(lead)?.[1]
  if (word === undefined) return false
  if (untilSomewhere.test(word) || /^(till?|indtil)$/.test(word) || (polish && word === 'do')) return true
  const rest = lead.slice(0, lead.lastIndexOf(word))
  return (hasEarlier && /^\W{0,3}$/u.test(rest)) || /\d\.?\s?$/.test(rest)
}

function afterLast(before: string): string {
  const found = [...before.matchAll(backEverywhere)].at(-1)
  return found ? before.slice(found.index + found[0].length) : before
}

function isInclusive(words: Words): boolean {
  return (
    INCLUSIVE.test(words.before.slice(-30)) ||
    /^[\s,(]{0,2}(?:\p{L}{2,6}\s)?(inclu|inkl|einschl|włącznie|compr[ei]|inbegrepen)/iu.test(words.after)
  )
}

/** What stands behind the last end of a sentence; "5." and "Fr." are none. */
function lastSentence(text: string): string {
  return text.split(/(?<=\p{L}{4,40})(?<!inkl|incl|einschl)[.!?;]\s|\n/u).at(-1) ?? ''
}

function firstSentence(text: string): string {
  return text.split(/[.!?;](?:\s|$)|\n/u, 1)[0] ?? ''
}

function resolve(mention: DateMention, receivedOn: Temporal.PlainDate): Temporal.PlainDate | undefined {
  switch (mention.kind) {
    case 'unclear':
      return undefined
    case 'tomorrow':
      return receivedOn.add({ days: 1 })
    case 'weekday':
      return resolveWeekday(mention, receivedOn)
    case 'day':
      return resolveDay(mention, receivedOn)
  }
}

function resolveWeekday(
  { weekday, next }: { readonly weekday: number; readonly next: boolean },
  receivedOn: Temporal.PlainDate,
): Temporal.PlainDate | undefined {
  const days = (weekday - receivedOn.dayOfWeek + 7) % 7
  // Today's name, or "next" for a day that is still to come this week: two readings, a week apart.
  if (days === 0 || (next && weekday > receivedOn.dayOfWeek)) return undefined
  return receivedOn.add({ days })
}

/** Without a year: this year's day, or next year's when this year's lies more than half a year back. */
function resolveDay(
  { day, month, year }: { readonly day: number; readonly month: number; readonly year: number | undefined },
  receivedOn: Temporal.PlainDate,
): Temporal.PlainDate | undefined {
  const date = plainDate(year ?? receivedOn.year, month, day)
  if (!date) return undefined
  const ahead = receivedOn.until(date).total('days')
  if (ahead >= 0) return ahead <= DAYS_AHEAD ? date : undefined
  return year === undefined && ahead < -183 ? plainDate(receivedOn.year + 1, month, day) : undefined
}

function plainDate(year: number, month: number, day: number): Temporal.PlainDate | undefined {
  const first = Temporal.PlainDate.from({ year, month, day: 1 })
  return day <= first.daysInMonth ? first.with({ day }) : undefined
}
