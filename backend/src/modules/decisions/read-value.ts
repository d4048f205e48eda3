import type { ValueType } from '#shared/contract/enrollment-policy.ts'

/** A property's text in the form it is compared in. */
export type ReadValue =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'number'; readonly number: number }
  | { readonly type: 'boolean'; readonly flag: boolean }
  | { readonly type: 'choices'; readonly choices: ReadonlySet<string> }
  | { readonly type: 'day'; readonly day: Temporal.PlainDate }
  | { readonly type: 'moment'; readonly moment: Temporal.Instant }

/**
 * Reads HubSpot's text as a type; undefined when it cannot be read so. Dates come as milliseconds, as ISO moments or as ISO
 * days, several choices joined by `;`, booleans as `true` and `false` (HubSpot docs: API FAQ, timestamps and checkboxes).
 * A `date` property holds midnight UTC of its day, whatever the portal's zone. Never throws.
 */
export function readValue(type: ValueType, text: string): ReadValue | undefined {
  switch (type) {
    case 'text':
      return { type, text: fold(text) }
    case 'number':
      return readNumber(text)
    case 'boolean':
      return readBoolean(text)
    case 'choices':
      return readChoices(text)
    case 'date': {
      const moment = readMoment(text)
      if (moment) return { type: 'day', day: moment.toZonedDateTimeISO('UTC').toPlainDate() }
      return readDay(text)
    }
    case 'datetime': {
      const moment = readMoment(text)
      return moment ? { type: 'moment', moment } : readDay(text)
    }
  }
}

/** People do not see case, doubled spaces or how an accent is encoded. */
function fold(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i

function readNumber(text: string): ReadValue | undefined {
  // Not Number() alone: it reads "0x10" and a blank as numbers.
  if (!NUMBER.test(text.trim())) return undefined
  const number = Number(text)
  return Number.isFinite(number) ? { type: 'number', number } : undefined
}

function readBoolean(text: string): ReadValue | undefined {
  const word = text.trim().toLowerCase()
  return word === 'true' || word === 'false' ? { type: 'boolean', flag: word === 'true' } : undefined
}

function readChoices(text: string): ReadValue | undefined {
  const choices = new Set(
    text
      .split(';')
      .map((choice) => choice.trim())
      .filter((choice) => choice !== ''),
  )
  return choices.size > 0 ? { type: 'choices', choices } : undefined
}

/** A number of up to four digits would be a year to a person and a second of 1970 to a computer: it is neither. */
const MILLISECONDS = /^-?\d{5,16}$/

function readMoment(text: string): Temporal.Instant | undefined {
  const trimmed = text.trim()
  try {
    return MILLISECONDS.test(trimmed)
      ? Temporal.Instant.fromEpochMilliseconds(Number(trimmed))
      : Temporal.Instant.from(trimmed)
  } catch {
    return undefined
  }
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

function readDay(text: string): ReadValue | undefined {
  const trimmed = text.trim()
  if (!DAY.test(trimmed)) return undefined
  try {
    return { type: 'day', day: Temporal.PlainDate.from(trimmed) }
  } catch {
    return undefined
  }
}
