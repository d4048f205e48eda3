import { MONTHS, NEXT, TOMORROW, WEEKDAYS } from './date-words.ts'

/** A date a text names, before anybody knows the year or which day "Monday" is. */
export type DateMention = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'day'; readonly day: number; readonly month: number; readonly year: number | undefined }
  /** Day and month stand in an order nobody can know: 03/04. */
  | { readonly kind: 'unclear' }
  | { readonly kind: 'weekday'; readonly weekday: number; readonly next: boolean }
  | { readonly kind: 'tomorrow' }
)

const MENTIONS = 50
const months = longestFirst(MONTHS.keys())
const weekdays = longestFirst(WEEKDAYS.keys())
const ORDINAL = '(?:st|nd|rd|th|er|º|ª|°|\\.|:?e|de)?'
const YEAR = '(?:[\\s,.]{1,3}(?:de |del |do )?(\\d{4})(?!\\d))?'

/** Each tried at every place of the text; repeats are bounded, so the work is linear in the text. */
const PATTERN = new RegExp(
  [
    '(?<![\\d.,/-])(?<isoYear>20\\d\\d)-(?<isoMonth>\\d{1,2})-(?<isoDay>\\d{1,2})(?!\\d)',
    '(?<![\\d.,/:-])(?<first>\\d{1,2})(?<mark>[./-])\\s?(?<second>\\d{1,2})(?:\\k<mark>\\s?(?<year>\\d{4}|\\d{2})(?!\\d)|(?<end>\\.?)(?![\\d:/%]))',
    `(?<!\\d)(?<day>\\d{1,2})${ORDINAL}\\s{0,2}(?:of |de |di |do )?\\s?(?<month>${months})(?!\\p{L})\\.?${YEAR.replace('(\\d', '(?<dayYear>\\d')}`,
    `(?<!\\p{L})(?<monthFirst>${months})\\.?\\s(?:the )?(?<dayAfter>\\d{1,2})(?:st|nd|rd|th)?(?![\\d:])${YEAR.replace('(\\d', '(?<afterYear>\\d')}`,
    `(?<!\\p{L})(?<next>(?:${NEXT})\\s)?(?<weekday>${weekdays})(?!\\p{L})(?<nextAfter>\\s(?:${NEXT})(?!\\p{L}))?`,
    `(?<!\\p{L})(?<tomorrow>${TOMORROW})(?!\\p{L})`,
  ].join('|'),
  'giu',
)

/**
 * The dates that a text (lower case, spaces single) names, in order; at most 50. A weekday in front of a date belongs to it.
 * `english` says that 03/04 may be read both ways; in the other languages the day stands first. Pure.
 */
export function findDates(text: string, english: boolean): DateMention[] {
  const found: DateMention[] = []
  for (const match of text.matchAll(PATTERN)) {
    if (found.length >= MENTIONS) break
    const mention = readMatch(match, english)
    if (!mention) continue
    const before = found.at(-1)
    // "Monday, 4 May": the weekday adds nothing, and its words in front are those of the date.
    if (before?.kind === 'weekday' && mention.kind !== 'weekday' && isJoined(text.slice(before.to, mention.from))) {
      found.pop()
      found.push({ ...mention, from: before.from })
    } else if (
      mention.kind === 'weekday' &&
      before?.kind === 'day' &&
      /^,? ?\(?$/.test(text.slice(before.to, mention.from))
    ) {
      found.pop()
      found.push({ ...before, to: mention.to })
    } else found.push(mention)
  }
  return found
}

function isJoined(between: string): boolean {
  return /^[\s,.(]{0,3}(the |den |der |dem |le |el |il |o |de |dia |d\. ?|am )?$/u.test(between)
}

function readMatch(match: RegExpExecArray, english: boolean): DateMention | undefined {
  const groups = match.groups ?? {}
  const place = { from: match.index, to: match.index + match[0].length }
  if (groups.tomorrow) return { ...place, kind: 'tomorrow' }
  if (groups.weekday) {
    const weekday = WEEKDAYS.get(groups.weekday)
    const next = Boolean(groups.next ?? groups.nextAfter)
    return weekday === undefined ? undefined : { ...place, kind: 'weekday', weekday, next }
  }
  const day = (dayOfMonth: number, month: number | undefined, year: string | undefined): DateMention | undefined => {
    if (month === undefined || month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31) return undefined
    return { ...place, kind: 'day', day: dayOfMonth, month, year: fullYear(year) }
  }
  if (groups.isoYear) return day(Number(groups.isoDay), Number(groups.isoMonth), groups.isoYear)
  if (groups.month) return day(Number(groups.day), MONTHS.get(groups.month), groups.dayYear)
  if (groups.monthFirst) return day(Number(groups.dayAfter), MONTHS.get(groups.monthFirst), groups.afterYear)
  const [first, second] = [Number(groups.first), Number(groups.second)]
  // "12-14" without a year is a range of hours or a telephone number.
  if (groups.mark === '-' && groups.year === undefined) return undefined
  // American: no other month than the first number can be.
  if (groups.mark === '/' && second > 12) return day(second, first, groups.year)
  if (groups.mark === '.' || !english || first > 12) return day(first, second, groups.year)
  return first === second ? day(first, second, groups.year) : { ...place, kind: 'unclear' }
}

function fullYear(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return text.length === 2 ? 2000 + Number(text) : Number(text)
}

function longestFirst(words: Iterable<string>): string {
  return [...words].sort((one, other) => other.length - one.length).join('|')
}
