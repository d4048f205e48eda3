import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { advanceEnrollment } from '#modules/enrollments/advance-enrollment.ts'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import { aboutRun } from './about-run.ts'
import { carryPlan } from './carry-plan.ts'
import { changeResting, findRun, lockEnrollments, type RunEnrollment, type RunToResolve } from './run-repository.ts'
import { taskDoneOnTimeline } from './task-done-on-timeline.ts'

/** What became of a step's task in HubSpot. */
export type TaskEnding = 'completed' | 'deleted' | { readonly timedOut: 'go_on' | 'stop' }

/** `waits`: its enrollment is paused, so nothing is decided about time yet. `over`: nobody waits for the task any more. */
export type TaskFinish = 'finished' | 'waits' | 'over'

const DONE = 'The task was done in HubSpot.'
const DELETED = 'The task was deleted in HubSpot.'
const TIMED_OUT = 'The task was not done in time.'

/** Ends a step that waits for its task, and lets the enrollment go on, or stops it. Does nothing when a person was faster. */
export async function finishTask(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  stepRunId: string,
  ending: TaskEnding,
): Promise<TaskFinish> {
  const { portalId } = portal
  const found = await findRun(trx, portalId, stepRunId)
  const enrollment = found && (await lockEnrollments(trx, portalId, [found.enrollmentId])).get(found.enrollmentId)
  // Read again under the lock: somebody may have decided a moment ago.
  const run = enrollment && (await findRun(trx, portalId, stepRunId))
  if (!run || !enrollment || run.status !== 'held' || run.heldFor !== 'task') return 'over'
  if (typeof ending === 'object') return timeOut(deps, trx, portal, run, enrollment, ending.timedOut)
  const completed = ending === 'completed'
  const change = completed ? ({ status: 'done', why: DONE } as const) : ({ status: 'skipped', why: DELETED } as const)
  await changeResting(trx, portalId, run.id, 'held', { ...change, heldFor: null, settledAt: deps.clock() })
  await recordActivity(deps, trx, portal, {
    ...aboutRun(enrollment, run),
    ...(completed
      ? { kind: 'task.done' as const, timeline: taskDoneOnTimeline(enrollment, run) }
      : { kind: 'task.skipped' as const, data: { ...aboutRun(enrollment, run).data, reason: DELETED } }),
  })
  await goOn(deps, trx, portal, run)
  return 'finished'
}

async function timeOut(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  run: RunToResolve,
  enrollment: RunEnrollment,
  onTimeout: 'go_on' | 'stop',
): Promise<TaskFinish> {
  if (enrollment.status === 'paused') return 'waits'
  const change = { status: 'skipped', why: TIMED_OUT, heldFor: null, settledAt: deps.clock() } as const
  await changeResting(trx, portal.portalId, run.id, 'held', change)
  await recordActivity(deps, trx, portal, { ...aboutRun(enrollment, run), kind: 'task.timed_out' })
  if (onTimeout === 'go_on') await goOn(deps, trx, portal, run)
  else await endEnrollments(deps, trx, portal, [enrollment.id], { status: 'stopped', reason: 'task_timed_out' })
  return 'finished'
}

async function goOn(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  run: RunToResolve,
): Promise<void> {
  await advanceEnrollment(deps, trx, portal, run.enrollmentId, run.position + 1)
  // Only for what is from before a restored backup: a task that is done says nothing about when the next mail was wanted.
  await carryPlan(trx, portal.portalId, run, deps.clock(), null)
}
