import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { ActivityKind } from '#modules/activity/kinds.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import type { TimelineEvent } from '#modules/activity/timeline-events.ts'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import { pauseRunning } from '#modules/enrollments/pause-running.ts'
import { describeDate } from '#modules/schedules/describe-date.ts'
import { knownZone } from '#modules/steps/describe-moment.ts'
import { suppressAddress } from '#modules/suppressions/suppress-address.ts'
import { unsubscribeContact } from '#modules/suppressions/unsubscribe-contact.ts'
import type { StopReason } from '#shared/vocabulary.ts'
import { applyReply } from './apply-reply.ts'
import type { Effect } from './decide-effect.ts'
import type { OtherContact } from './find-answerer.ts'
import { planReturn } from './plan-return.ts'
import { lockRunning, type MailedEnrollment } from './repository.ts'

export interface Effective {
  readonly effect: Effect
  readonly enrollment: MailedEnrollment
  /** Where our mail went; null after an erasure. */
  readonly recipient: string | null
  readonly receivedAt: Temporal.Instant
}

type ApplyDeps = Pick<Deps, 'clock' | 'ids'>

/** Carries out what an incoming mail does, in the transaction that remembers it as handled. */
export async function applyEffect(deps: ApplyDeps, trx: Trx, portal: PortalContext, mail: Effective): Promise<void> {
  const { effect, enrollment } = mail
  switch (effect.kind) {
    case 'replied':
      await tell(deps, trx, portal, enrollment, 'contact.replied', { timeline: 'replied' })
      return applyReply(deps, trx, portal, enrollment)
    case 'answered':
      return applyAnswer(deps, trx, portal, enrollment, effect.by)
    case 'team_answered':
      return tell(deps, trx, portal, enrollment, 'mail.team_answered', {})
    case 'bounced':
      await tell(deps, trx, portal, enrollment, 'contact.bounced', { reason: effect.why, timeline: 'bounced' })
      if (effect.suppress) await suppress(deps, trx, portal, mail, 'bounced')
      return effect.suppress
        ? stopContact(deps, trx, portal, enrollment, 'bounced')
        : void (await endEnrollments(deps, trx, portal, [enrollment.id], { status: 'stopped', reason: 'bounced' }))
    case 'complained':
      await tell(deps, trx, portal, enrollment, 'contact.complained', {})
      await suppress(deps, trx, portal, mail, 'complained')
      return stopContact(deps, trx, portal, enrollment, 'complained')
    case 'unsubscribed':
      await unsubscribeContact(deps, trx, portal, enrollment.id)
      return
    case 'away':
      return applyAbsence(deps, trx, portal, mail, effect.returnDate)
    case 'delayed':
      return tell(deps, trx, portal, enrollment, 'mail.delayed', { reason: effect.why })
    case 'refused':
      return tell(deps, trx, portal, enrollment, 'mail.refused', { reason: effect.why })
    case 'automatic':
      return tell(deps, trx, portal, enrollment, 'mail.automatic', {})
    case 'unclear':
      return tell(deps, trx, portal, enrollment, 'mail.unclear', {})
    case 'none':
      return
  }
}

/** Another contact's answer is told of that contact; nobody knows whose it is that came from an address we do not know. */
async function applyAnswer(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  enrollment: MailedEnrollment,
  by: OtherContact | null,
): Promise<void> {
  if (by) {
    const { hubspotContactId, enrollmentId: id } = by
    await tell(deps, trx, portal, { ...enrollment, id, hubspotContactId }, 'contact.replied', { timeline: 'replied' })
  } else {
    await tell(deps, trx, portal, enrollment, 'mail.answered', {})
  }
  await applyReply(deps, trx, portal, enrollment, by?.contactId ?? null)
}

/** A notice that is read after the absence changes nothing: the contact is back. */
async function applyAbsence(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  { enrollment, receivedAt }: Effective,
  returnDate: Temporal.PlainDate | undefined,
): Promise<void> {
  const { timeZone } = enrollment
  const until = planReturn({ returnDate, receivedAt, timeZone })
  if (Temporal.Instant.compare(until, deps.clock()) <= 0) return
  const day = describeDate(until.toZonedDateTimeISO(knownZone(timeZone)).toPlainDate())
  await tell(deps, trx, portal, enrollment, 'contact.away', { until: day })
  for (const { id } of await lockRunning(trx, portal.portalId, { contactIds: [enrollment.contactId] })) {
    await pauseRunning(deps, trx, portal, id, { reason: 'out_of_office', until })
  }
}

/** Both the address the mail went to and the contact's present one: a person who complains means every mail. */
async function suppress(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  { enrollment, recipient }: Effective,
  reason: 'bounced' | 'complained',
): Promise<void> {
  const present = reason === 'complained' ? enrollment.email : null
  for (const address of [...new Set([recipient, present])].toSorted()) {
    if (address) await suppressAddress(deps, trx, portal, { address, reason })
  }
}

async function stopContact(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  { contactId }: MailedEnrollment,
  reason: StopReason,
): Promise<void> {
  const running = await lockRunning(trx, portal.portalId, { contactIds: [contactId] })
  const ids = running.map(({ id }) => id)
  await endEnrollments(deps, trx, portal, ids, { status: 'stopped', reason })
}

async function tell(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  enrollment: MailedEnrollment,
  kind: ActivityKind,
  { timeline, ...said }: { readonly reason?: string; readonly until?: string; readonly timeline?: TimelineEvent },
): Promise<void> {
  const { sequenceName: sequence, step } = enrollment
  await recordActivity(deps, trx, portal, {
    kind,
    dealId: enrollment.dealId,
    contactId: enrollment.hubspotContactId,
    enrollmentId: enrollment.id,
    data: { sequence, step, ...said },
    ...(timeline ? { timeline: { event: timeline, properties: { sequence, ...said } } } : {}),
  })
}
