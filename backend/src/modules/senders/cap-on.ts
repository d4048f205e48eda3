import { knownZone } from '#modules/steps/describe-moment.ts'
import type { SenderRecord } from './sender-record.ts'

type Caps = Pick<SenderRecord, 'dailyCap' | 'rampStart' | 'rampStep' | 'rampSince'>

/**
 * How many mails a sender may send on the day of `at`, in the portal's time zone: the first day's number and what each day
 * since then adds, until the cap; null without a cap. A ramp needs a cap to reach. Pure.
 */
export function capOn(sender: Caps, at: Temporal.Instant, timeZone: string | null): number | null {
  const { dailyCap, rampStart, rampStep, rampSince } = sender
  if (dailyCap === null) return null
  if (rampStart === null || rampStep === null || rampSince === null) return dailyCap
  const day = (moment: Temporal.Instant) => moment.toZonedDateTimeISO(knownZone(timeZone)).toPlainDate()
  const days = Math.max(0, day(rampSince).until(day(at)).total('days'))
  return Math.min(dailyCap, rampStart + rampStep * days)
}
