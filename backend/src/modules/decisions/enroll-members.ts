import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import { enrollContact } from '#modules/enrollments/enroll-contact.ts'
import type { DecidedEntry } from './apply-decision.ts'
import { changeOfContact } from './change-of-contact.ts'
import type { ContactDecision, PlannedEnrollment } from './decide-enrollment.ts'
import type { Judged } from './judge-entry.ts'
import { recordDecision } from './record-decision.ts'

type EnrollDeps = Pick<Deps, 'clock' | 'ids' | 'metrics'>

/** Enrolls the contacts the decision names, and keeps what was decided about each; `only` these, by HubSpot's id. */
export async function enrollMembers(
  deps: EnrollDeps,
  trx: Trx,
  portal: PortalContext,
  decided: DecidedEntry,
  judged: Judged,
  only?: ReadonlySet<string>,
): Promise<void> {
  const { decision, mapping, sequences } = judged
  const planned = new Map(
    decision.outcome === 'enrolled' ? decision.enrollments.map((plan) => [plan.contactId, plan]) : [],
  )
  for (const member of decision.contacts) {
    if (only && !only.has(member.contactId)) continue
    const plan = planned.get(member.contactId)
    const verdict = plan ? await enroll(deps, trx, portal, decided, judged, member, plan) : refused(member)
    const sequenceId = plan?.sequenceId ?? mapping?.sequenceId ?? null
    const sequence = sequenceId ? sequences.get(sequenceId) : undefined
    const { dealId } = decided.deal
    const { contactId } = member
    const subject = { dealId, eventId: decided.eventId, entryId: decided.entry.id, contactId }
    await recordDecision(deps, trx, portal.portalId, { ...subject, sequenceId: sequence?.id ?? null }, verdict)
    // A contact the mapping is not for was refused nothing.
    if (verdict.outcome === 'enrolled' || verdict.reason === 'not_targeted') continue
    const data = { sequence: sequence?.name ?? null, reason: verdict.reason }
    await recordActivity(deps, trx, portal, { kind: 'enrollment.refused', dealId, contactId, data })
  }
}

function refused(member: ContactDecision) {
  return { ...member, outcome: 'not_enrolled' as const }
}

const NOT_YET_IN_IT = 'Not already in this sequence through this deal'

async function enroll(
  deps: EnrollDeps,
  trx: Trx,
  portal: PortalContext,
  { deal, entry }: DecidedEntry,
  { sequences, past, facts, mapping }: Judged,
  member: ContactDecision,
  plan: PlannedEnrollment,
) {
  const contact = deal.contacts.get(plan.contactId)
  const sequence = sequences.get(plan.sequenceId)
  if (!contact || !sequence) throw new Error('a planned enrollment names what was not read')
  if (plan.restarts) {
    const running = (past.get(plan.contactId) ?? []).filter(
      ({ endedAt, sequenceId, dealId }) =>
        endedAt === null && sequenceId === plan.sequenceId && facts.dealIds.includes(dealId),
    )
    const ids = running.map(({ id }) => id)
    await endEnrollments(deps, trx, portal, ids, { status: 'stopped', reason: 'restarted' })
  }
  const started = await enrollContact(deps, trx, portal, {
    sequence,
    dealId: deal.dealId,
    contact,
    entry: {
      id: entry.id,
      pipelineId: mapping?.pipelineId ?? entry.pipelineId,
      stageId: entry.stageId,
      // Who passes through is enrolled although the deal has left: leaving cannot stop it any more.
      left: facts.leftAt !== null,
    },
  })
  if (started) return { ...member, outcome: 'enrolled' as const }
  // A person was faster, a moment ago and by hand: the unique index decided.
  const line = {
    condition: NOT_YET_IN_IT,
    expected: 'no active enrollment',
    actual: 'active enrollment',
    passed: false,
  }
  const trace = [...member.trace.filter(({ condition }) => condition !== NOT_YET_IN_IT), line]
  const reason = 'already_enrolled' as const
  return { ...refused(member), reason, trace, nearestChange: changeOfContact(reason, `“${sequence.name}”`) }
}
