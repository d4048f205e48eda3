import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { checkTemplate } from '#mail/check-template.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { replanStep } from '#modules/enrollments/replan-step.ts'
import { once } from '#modules/idempotency/once.ts'
import { nameOf } from '#modules/limits/name-of.ts'
import type { Done } from '#shared/contract/common.ts'
import type { ApproveMail } from '#shared/contract/mail-approval.ts'
import { digestMail } from './approval.ts'
import { upsertApproval } from './approval-repository.ts'
import { dropFrozenMail } from './delivery-repository.ts'
import { loadMail } from './load-mail.ts'
import { renderStep } from './render-step.ts'
import { changeResting, findRun, lockEnrollments, type RunEnrollment, type RunToResolve } from './run-repository.ts'

type ApproveDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'settings'>

/**
 * A person lets a mail go that waited for them, as they read it or in their own words, which count for this run only. It goes
 * in its sending hours and is checked like every mail. Throws `not_found`; `conflict` when somebody decided a moment ago, when
 * it no longer reads as they saw it, or when a value is missing; `template_invalid` for words that cannot be filled in.
 */
export function approveMail(
  deps: ApproveDeps,
  portal: PortalContext,
  stepRunId: string,
  input: ApproveMail,
): Promise<Done> {
  const { idempotencyKey: key, seen, edit } = input
  const change = { key, operation: 'mail.approve', input: { stepRunId, seen, edit: edit ?? null } }
  return once(deps, portal, change, async (trx) => {
    const { run, enrollment } = await lockRun(trx, portal.portalId, stepRunId)
    refuseUnlessAsked(run, enrollment)
    const digest = await digestRead(deps, trx, portal.portalId, run, input)
    const { dueAt, why } = await planApproved(deps, trx, portal, run)
    // It waited on purpose; that says nothing about a mail that may be from before a restore, so it is not `approvedAt`.
    const planned = { status: 'scheduled', dueAt, why, attempts: 0, waitedUntil: dueAt, heldFor: null } as const
    if (!(await changeResting(trx, portal.portalId, run.id, 'held', planned))) throw decidedAlready()
    const approvedBy = nameOf(portal.actor)
    const approval = { stepRunId, enrollmentId: enrollment.id, edit: edit ?? null, digest }
    await upsertApproval(trx, portal.portalId, { ...approval, approvedAt: deps.clock(), approvedBy })
    await dropFrozenMail(trx, portal.portalId, run.id)
    await wakeLane(trx, portal.portalId, 'steps', WHOLE_PORTAL, dueAt)
    await recordActivity(deps, trx, portal, {
      kind: 'mail.approved',
      dealId: enrollment.dealId,
      contactId: enrollment.hubspotContactId,
      enrollmentId: enrollment.id,
      subjectId: run.id,
      data: { sequence: enrollment.sequenceName, step: run.position + 1, edited: edit !== undefined },
    })
    return { done: true as const }
  })
}

async function lockRun(trx: Trx, portalId: number, stepRunId: string) {
  const found = await findRun(trx, portalId, stepRunId)
  const enrollment = found && (await lockEnrollments(trx, portalId, [found.enrollmentId])).get(found.enrollmentId)
  // Read again under the lock: somebody may have decided a moment ago.
  const run = enrollment && (await findRun(trx, portalId, stepRunId))
  if (!enrollment || !run) throw new AppError('not_found', 'There is no such step. Reload the card.')
  return { run, enrollment }
}

function refuseUnlessAsked(run: RunToResolve, enrollment: RunEnrollment): void {
  if (run.status !== 'held' || run.heldFor !== 'approval') throw decidedAlready()
  if (enrollment.status === 'active') return
  if (enrollment.status === 'paused') throw new AppError('conflict', 'The enrollment is paused. Resume it first.')
  throw new AppError('conflict', 'The enrollment has ended, so nothing more is sent for it.')
}

/** Names the mail as it would go out now, in their words where they gave some. */
async function digestRead(
  deps: ApproveDeps,
  trx: Trx,
  portalId: number,
  run: RunToResolve,
  { seen, edit }: ApproveMail,
): Promise<Buffer> {
  if (edit) checkTemplate(edit)
  const { mail, surroundings } = await loadMail(deps, trx, portalId, run)
  const { step } = mail.state
  const state = edit && step?.kind === 'email' ? { ...mail.state, step: { ...step, ...edit } } : mail.state
  const rendered = renderStep({ ...mail, state }, surroundings)
  if (typeof rendered === 'string') throw new AppError('conflict', rendered)
  if ('held' in surroundings.sender) throw new AppError('conflict', surroundings.sender.held)
  const digest = digestMail(rendered, surroundings.sender)
  if (!edit && digest.toString('hex') !== seen) {
    throw new AppError(
      'conflict',
      'This e-mail has changed since you opened it: a value in HubSpot, or its sender. Read it again.',
    )
  }
  return digest
}

async function planApproved(deps: ApproveDeps, trx: Trx, { portalId, actor }: PortalContext, run: RunToResolve) {
  const planned = await replanStep(trx, portalId, run.enrollmentId, run.position, deps.clock())
  if (!planned || planned.status === 'held') {
    throw new AppError('conflict', planned?.why ?? 'This step is missing from its sequence version. Skip it.')
  }
  return { dueAt: planned.dueAt, why: `Approved by ${nameOf(actor)}. ${planned.why}` }
}

function decidedAlready(): AppError {
  return new AppError('conflict', 'Somebody else decided about this e-mail a moment ago. Reload the card.')
}
