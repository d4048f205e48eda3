import type { EnrollmentStatus, RecordStatus, StopReason } from '#shared/vocabulary.ts'
import type { StatusValues } from './status-properties.ts'

/** One enrollment of a contact or through a deal. */
export interface RecordEnrollment {
  readonly status: EnrollmentStatus
  readonly stopReason: StopReason | null
  /** Kind of the last activity that tells of an answer to it; null when there was none. */
  readonly told: string | null
  readonly sequenceName: string
  readonly enrolledAt: Temporal.Instant
  readonly endedAt: Temporal.Instant | null
  /** When its next step is planned; null when none is. */
  readonly nextStepAt: Temporal.Instant | null
  readonly lastSentAt: Temporal.Instant | null
}

/** A running enrollment says more about a record than a paused one, and that more than any that ended. */
const RANK: Record<EnrollmentStatus, number> = { active: 2, paused: 1, completed: 0, stopped: 0 }

/** What stopped it, where lists and workflows should tell it apart; every other reason is just "stopped". */
const BY_REASON: Readonly<Record<string, RecordStatus>> = {
  replied: 'replied',
  bounced: 'bounced',
  address_rejected: 'bounced',
  unsubscribed: 'unsubscribed',
  complained: 'unsubscribed',
}

/** An answer to the last mail comes when the sequence is complete and can be stopped by nothing. */
const BY_ANSWER: Readonly<Record<string, RecordStatus>> = {
  'contact.replied': 'replied',
  'contact.bounced': 'bounced',
  'contact.unsubscribed': 'unsubscribed',
  'contact.complained': 'unsubscribed',
}

/**
 * What our properties of a record say, given its enrollments: of the running one that began last, else the paused one, else
 * the one that ended last. Moments are ISO 8601 in UTC with milliseconds; empty texts clear the property. Pure.
 */
export function chooseStatus(enrollments: readonly RecordEnrollment[]): StatusValues {
  const [ruling] = [...enrollments].sort(byWeight)
  const running = enrollments.filter(({ status }) => status === 'active')
  return {
    stagecue_status: ruling ? statusOf(ruling) : '',
    stagecue_sequence: ruling?.sequenceName ?? '',
    stagecue_next_step_at: text(
      pick(
        running.map(({ nextStepAt }) => nextStepAt),
        'earliest',
      ),
    ),
    stagecue_last_sent_at: text(
      pick(
        enrollments.map(({ lastSentAt }) => lastSentAt),
        'latest',
      ),
    ),
  }
}

function statusOf({ status, stopReason, told }: RecordEnrollment): RecordStatus {
  if (status === 'active') return 'enrolled'
  if (status === 'completed') return BY_ANSWER[told ?? ''] ?? 'completed'
  if (status === 'paused') return 'paused'
  return BY_REASON[stopReason ?? ''] ?? 'stopped'
}

function byWeight(one: RecordEnrollment, other: RecordEnrollment): number {
  const rank = RANK[other.status] - RANK[one.status]
  if (rank !== 0) return rank
  return Temporal.Instant.compare(other.endedAt ?? other.enrolledAt, one.endedAt ?? one.enrolledAt)
}

function pick(
  moments: readonly (Temporal.Instant | null)[],
  which: 'earliest' | 'latest',
): Temporal.Instant | undefined {
  const sorted = moments.filter((moment) => moment !== null).sort(Temporal.Instant.compare)
  return which === 'earliest' ? sorted[0] : sorted.at(-1)
}

function text(moment: Temporal.Instant | undefined): string {
  return moment?.toString({ fractionalSecondDigits: 3 }) ?? ''
}
