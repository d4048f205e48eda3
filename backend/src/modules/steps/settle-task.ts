import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { openTask } from '#modules/hubspot-tasks/open-task.ts'
import { aboutRun } from './about-run.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { ENROLLMENT_ENDED } from './decide-before-send.ts'
import { changeRun, type RunEnrollment } from './run-repository.ts'

/** The step's task is in HubSpot, and the step waits until it is done. */
export interface WaitsForTask {
  readonly kind: 'waits_for_task'
  /** HubSpot's id. */
  readonly taskId: string
  readonly timesOutAt: Temporal.Instant | null
  readonly onTimeout: 'go_on' | 'stop'
}

/** Without the task's subject: it may name the person, and this sentence outlives an erasure. */
const WAITS = 'Waits until its task in HubSpot is done.'

/**
 * Lets the step wait for its task. False when the claim is gone: whoever has it looks for the task and finds it. The task of an
 * enrollment that ended meanwhile stays in HubSpot, and nobody waits for it.
 */
export async function settleTask(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  enrollment: RunEnrollment,
  run: ClaimedRun,
  outcome: WaitsForTask,
): Promise<boolean> {
  const now = deps.clock()
  const { portalId } = portal
  const ended = enrollment.status === 'stopped' || enrollment.status === 'completed'
  const change = ended
    ? ({ status: 'canceled', why: ENROLLMENT_ENDED, settledAt: now } as const)
    : ({ status: 'held', heldFor: 'task', heldAt: now, why: WAITS, settledAt: null } as const)
  if (!(await changeRun(trx, portalId, run, change))) return false
  const { taskId, timesOutAt, onTimeout } = outcome
  await openTask(trx, portalId, { stepRunId: run.id, taskId, timesOutAt, onTimeout }, now)
  await recordActivity(deps, trx, portal, {
    kind: 'task.created',
    ...aboutRun(enrollment, run),
  })
  return true
}
