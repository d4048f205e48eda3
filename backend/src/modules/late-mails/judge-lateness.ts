import { isStillSensible } from '#modules/limits/is-still-sensible.ts'
import { describeMoment } from '#modules/steps/describe-moment.ts'

/** What a due mail remembers about its time. */
export interface MailTimes {
  readonly plannedFor: Temporal.Instant
  readonly waitedUntil: Temporal.Instant | null
  readonly approvedAt: Temporal.Instant | null
}

export interface LatenessFacts {
  readonly now: Temporal.Instant
  readonly sensibleHours: number
  /** When a restored backup was noticed last; null: never. */
  readonly restoredAt: Temporal.Instant | null
  readonly timeZone: string | null
}

export interface Late {
  readonly heldFor: 'late' | 'restored'
  /** The sentence for people: why it waits, and what to do. */
  readonly why: string
}

/**
 * Whether a due mail must wait for a person: because it is later than it makes sense, or because the database was restored
 * from a backup after its time, so that it may have gone out already. Undefined when it may go. Pure.
 */
export function judgeLateness(mail: MailTimes, facts: LatenessFacts): Late | undefined {
  const { now, sensibleHours, restoredAt, timeZone } = facts
  const when = describeMoment(mail.plannedFor, timeZone)
  if (restoredAt && isFrom(mail.plannedFor, restoredAt) && !isAfter(mail.approvedAt, restoredAt)) {
    const why = `The database was restored from a backup, and this e-mail was due at ${when}: it may have been sent already. ${CHOICE}`
    return { heldFor: 'restored', why }
  }
  if (isStillSensible({ ...mail, sensibleFor: Temporal.Duration.from({ hours: sensibleHours }) }, now)) return undefined
  return { heldFor: 'late', why: `This e-mail was due at ${when} and is too late to go out on its own. ${CHOICE}` }
}

/** What the buttons of the card do. */
export const CHOICE = 'Retry sends it within its sending hours, Skip goes on without it.'

function isFrom(plannedFor: Temporal.Instant, restoredAt: Temporal.Instant): boolean {
  return Temporal.Instant.compare(plannedFor, restoredAt) <= 0
}

function isAfter(moment: Temporal.Instant | null, restoredAt: Temporal.Instant): boolean {
  return moment !== null && Temporal.Instant.compare(moment, restoredAt) > 0
}
