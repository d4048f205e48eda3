import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { waitsToBeWritten } from '#modules/steps/fault-words.ts'
import { advanceEnrollment } from './advance-enrollment.ts'
import { planStep } from './plan-step.ts'
import { recordHeldStep } from './record-held-step.ts'
import type { LockedEnrollment } from './repository.ts'
import { resumePoint } from './resume-point.ts'
import { bringExtrasForward, lockRunAt, type PositionRun, planRunAgain, setRunning } from './steering-repository.ts'

/** How the sentence of a step begins that is planned again. */
const BY_PERSON = 'Resumed by a person'

/**
 * Lets a locked, paused enrollment go on where it stood: a wait takes what was left of it, an e-mail is due as soon as its
 * calendar is open. Throws `conflict` while a mail of it is being handed over: until that is settled nobody knows where it
 * stands.
 */
export async function resumeEnrollment(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollment: LockedEnrollment,
  because: string = BY_PERSON,
): Promise<void> {
  const { portalId } = portal
  const run = await lockRunAt(trx, portalId, enrollment.id, enrollment.stepPosition)
  if (run?.status === 'sending') {
    const what =
      run.kind === 'email' ? 'A mail of this enrollment is being sent' : 'A step of this enrollment is being done'
    throw new AppError('conflict', waitsToBeWritten(run.why) ? run.why : `${what} right now. Try again in a minute.`)
  }
  await setRunning(trx, portalId, enrollment.id, null, deps.clock())
  await recordActivity(deps, trx, portal, {
    kind: 'enrollment.resumed',
    dealId: enrollment.dealId,
    contactId: enrollment.hubspotContactId,
    enrollmentId: enrollment.id,
    data: { sequence: enrollment.sequenceName },
    timeline: { event: 'resumed', properties: { sequence: enrollment.sequenceName } },
  })
  if (await bringExtrasForward(trx, portalId, enrollment.id, deps.clock())) {
    await wakeLane(trx, portalId, 'steps', WHOLE_PORTAL, deps.clock())
  }
  await goOn(deps, trx, portal, enrollment, run, because)
}

async function goOn(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollment: LockedEnrollment,
  run: PositionRun | undefined,
  because: string,
): Promise<void> {
  const { portalId } = portal
  const { id, definition } = enrollment
  const point = resumePoint(enrollment, run)
  if (!point) return
  const { position, remaining } = point
  if (!run || !point.again) return advanceEnrollment(deps, trx, portal, id, position)
  const planned = planStep({ definition, position, at: deps.clock(), facts: enrollment, remaining })
  if (!planned) return
  if (planned.status === 'held') {
    await planRunAgain(trx, portalId, run.id, planned)
    return recordHeldStep(deps, trx, portal, enrollment, { id: run.id, position })
  }
  await planRunAgain(trx, portalId, run.id, { ...planned, why: `${because}. ${planned.why}` })
  await wakeLane(trx, portalId, 'steps', WHOLE_PORTAL, planned.dueAt)
}
