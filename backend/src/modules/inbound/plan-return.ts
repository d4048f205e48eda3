import { addBusinessDays } from '#modules/schedules/add-business-days.ts'
import { knownZone } from '#modules/steps/describe-moment.ts'

/** When nobody can tell when the contact is back. */
const UNREAD_BUSINESS_DAYS = 3
const AT = '09:00'
/** Monday to Friday; holidays are those of the contact's country, which nobody told us. */
const CALENDAR = { timeZone: null, windows: null, businessDays: [1, 2, 3, 4, 5], holidays: null, ownDays: [] }

export interface Absence {
  /** As `readReturnDate` says: the day back, or the last day away. */
  readonly returnDate: Temporal.PlainDate | undefined
  readonly receivedAt: Temporal.Instant
  /** The portal's; null when HubSpot did not say it. */
  readonly timeZone: string | null
}

/**
 * When to go on after an out-of-office notice: 9 o'clock of the first business day after the named day, because "until 12 May"
 * may include the 12th. Without a day: the third business day after the notice came. Pure.
 */
export function planReturn({ returnDate, receivedAt, timeZone }: Absence): Temporal.Instant {
  const zone = knownZone(timeZone)
  const received = receivedAt.toZonedDateTimeISO(zone).toPlainDate()
  const [from, days] = returnDate ? [returnDate, 1] : [received, UNREAD_BUSINESS_DAYS]
  const day = addBusinessDays(from, days, CALENDAR)?.date ?? from.add({ days })
  return day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(AT) }).toInstant()
}
