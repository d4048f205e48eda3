import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { scheduleStep } from '#modules/enrollments/schedule-step.ts'
import {
  dropFrozenMails,
  dropOldApprovals,
  keepFromBeforeRestore,
  moveEnrollmentRow,
  placeRuns,
  removeWait,
  takeBackRun,
} from './change-repository.ts'
import { judgeMove, type MoveVerdict } from './judge-move.ts'
import {
  insertOutcome,
  listRuns,
  lockMoving,
  type MoveRecord,
  type MovingEnrollment,
  type Outline,
} from './repository.ts'

type Moves = Extract<MoveVerdict, { kind: 'moves' }>

/**
 * Moves one enrollment, decided anew under its lock: what the preview said may be old. Nothing happens when it ended meanwhile,
 * has the version by now, or was decided about under this move before.
 */
export async function moveOne(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  move: MoveRecord,
  enrollmentId: string,
  outlines: ReadonlyMap<number, Outline>,
): Promise<void> {
  const { portalId } = portal
  const { sequenceId, toVersion: version } = move
  const enrollment = await lockMoving(trx, portalId, { sequenceId, version, id: enrollmentId })
  const from = enrollment && outlines.get(enrollment.version)
  const to = outlines.get(version)
  if (!enrollment || !from || !to) return
  const now = deps.clock()
  const runs = await listRuns(trx, portalId, [enrollmentId], true)
  const verdict = judgeMove({ enrollment, runs, from, to, now })
  const reason = verdict.kind === 'stays' ? verdict.why : null
  const outcome = { moveId: move.id, enrollmentId, fromVersion: enrollment.version, reason, at: now }
  if (!(await insertOutcome(trx, portalId, outcome)) || verdict.kind === 'stays') return
  await apply(deps, trx, portal, { enrollment, from, to, verdict })
}

interface Applied {
  readonly enrollment: MovingEnrollment
  readonly from: Outline
  readonly to: Outline
  readonly verdict: Moves
}

async function apply(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  { enrollment, from, to, verdict }: Applied,
): Promise<void> {
  const { portalId } = portal
  const { position, takesBack, planned, remaining } = verdict
  const { id } = enrollment
  const now = deps.clock()
  const atOtherStep = to.steps[position]?.id !== from.steps[enrollment.stepPosition]?.id
  await moveEnrollmentRow(trx, portalId, {
    enrollmentId: id,
    version: to.version,
    position,
    stepCount: to.steps.length,
    remaining,
    stageRule: stageRuleOf(from, to),
    reachedAt: atOtherStep ? now : null,
  })
  if (takesBack && atOtherStep) await removeWait(trx, portalId, takesBack.id)
  if (takesBack) await takeBackRun(trx, portalId, takesBack.id, `Moved to version ${to.version}.`, now)
  await placeRuns(
    trx,
    portalId,
    id,
    to.steps.map((step) => step.id),
  )
  await dropFrozenMails(trx, portalId, id)
  await dropOldApprovals(trx, portalId, id, { from: from.version, to: to.version })
  await recordActivity(deps, trx, portal, {
    kind: 'enrollment.moved',
    dealId: enrollment.dealId,
    contactId: enrollment.hubspotContactId,
    enrollmentId: id,
    data: { sequence: enrollment.sequenceName, version: to.version, from: from.version, step: position + 1 },
  })
  if (!planned) return
  await scheduleStep(deps, trx, portal, { ...enrollment, definition: to }, planned)
  if (takesBack) await keepFromBeforeRestore(trx, portalId, id, takesBack.plannedFor)
}

function stageRuleOf(from: Outline, to: Outline): 'stops' | 'goes_on' | 'unchanged' {
  if (from.stopWhenStageLeft === to.stopWhenStageLeft) return 'unchanged'
  return to.stopWhenStageLeft ? 'stops' : 'goes_on'
}
