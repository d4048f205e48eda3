import type { PortalContext } from '#core/context.ts'
import { type AppError, isAppError } from '#core/errors.ts'
import { faultCode } from '#core/fault-code.ts'
import { hitsEverybody } from '#db/hits-everybody.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, type Turn, takeTurn, WHOLE_PORTAL } from '#db/lanes.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { readTaskStatuses, TASK_BATCH } from '#hubspot/tasks.ts'
import { finishTask, type TaskEnding } from '#modules/steps/finish-task.ts'
import { nextLook } from './next-look.ts'
import { closeTasks, findNextLook, listTasksToLookAt, putOffLooks, type WatchedTask } from './repository.ts'

export type WatchDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'hubspot' | 'leases' | 'log' | 'metrics'>

/** What is due this soon is asked about in the same call. */
const TOGETHER = Temporal.Duration.from({ minutes: 1 })
/** Between two passes of a portal with more to look at: one of its nine and a half calls a second. */
const PACE = Temporal.Duration.from({ seconds: 1 })
/** After the first, second and every later failure. */
const PAUSES = [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }].map((pause) => Temporal.Duration.from(pause))

/**
 * One pass: asks HubSpot about up to 100 open tasks of the next portal in one call, and lets the steps go on whose task is
 * done, deleted or out of time. The lane's lease keeps other workers away; a repeat after a crash settles what is left.
 */
export function watchTasks(deps: WatchDeps, afterPortal: number, busy: Set<number>): Promise<Served | undefined> {
  const next = { kind: 'tasks', afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, (portalId) => serve(deps, portalId))
}

async function serve(deps: WatchDeps, portalId: number): Promise<number> {
  const now = deps.clock()
  const leaseUntil = now.add(deps.leases.timeline)
  const turn = await takeTurn(deps.db, { kind: 'tasks', portalId, now, limit: 1, leaseUntil, lease: deps.ids() })
  const lane = turn.lanes[0]
  if (!lane) return 0
  const tasks = await inPortal(deps.db, portalId, (trx) =>
    listTasksToLookAt(trx, portalId, now.add(TOGETHER), TASK_BATCH),
  )
  const awaited = tasks.filter((task) => task.awaited)
  const left = tasks.filter((task) => !task.awaited).map(({ stepRunId }) => stepRunId)
  await inPortal(deps.db, portalId, (trx) => closeTasks(trx, portalId, left, 'left'))
  const asked = await askAbout(deps, portalId, awaited)
  const portal: PortalContext = { portalId, actor: { kind: 'worker' }, requestId: turn.lease }
  const lookAgain: WatchedTask[] = []
  for (const task of awaited) {
    const ending = endingOf(task, asked, deps.clock())
    if (!ending || (await finishOrPutOff(deps, portal, task, ending)) === 'waits') lookAgain.push(task)
  }
  await settle(deps, turn, { lookAgain, stoppedBy: asked.stoppedBy, attempts: lane.attempts })
  return Math.max(1, tasks.length)
}

interface Asked {
  readonly statuses: ReadonlyMap<string, string>
  readonly stoppedBy: AppError | undefined
}

async function askAbout(deps: WatchDeps, portalId: number, tasks: readonly WatchedTask[]): Promise<Asked> {
  if (tasks.length === 0) return { statuses: new Map(), stoppedBy: undefined }
  try {
    const ids = tasks.map(({ taskId }) => taskId)
    return { statuses: await readTaskStatuses(deps.hubspot, portalId, ids), stoppedBy: undefined }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { statuses: new Map(), stoppedBy: error }
  }
}

/** Undefined while the task is open. Without HubSpot's answer time is not up either: it may have been done. */
function endingOf(task: WatchedTask, { statuses, stoppedBy }: Asked, now: Temporal.Instant): TaskEnding | undefined {
  if (stoppedBy) return undefined
  const status = statuses.get(task.taskId)
  if (status === undefined) return 'deleted'
  if (status === 'COMPLETED') return 'completed'
  const { timesOutAt, onTimeout } = task
  const timeIsUp = timesOutAt !== null && Temporal.Instant.compare(timesOutAt, now) <= 0
  return timeIsUp ? { timedOut: onTimeout ?? 'go_on' } : undefined
}

const CLOSED_AS = { completed: 'completed', deleted: 'gone' } as const

/** A task whose step cannot go on, by an error of its own, is looked at again like an open one; the others are not held up. */
async function finishOrPutOff(deps: WatchDeps, portal: PortalContext, task: WatchedTask, ending: TaskEnding) {
  try {
    return await finish(deps, portal, task, ending)
  } catch (error) {
    if (hitsEverybody(error)) throw error
    const { portalId } = portal
    deps.log.error(
      { portalId, stepRunId: task.stepRunId, code: faultCode(error), err: error },
      'task could not be finished',
    )
    deps.metrics.count('task_failures_total', { task: 'tasks in HubSpot' })
    return 'waits'
  }
}

async function finish(deps: WatchDeps, portal: PortalContext, task: WatchedTask, ending: TaskEnding) {
  return inPortal(deps.db, portal.portalId, async (trx) => {
    const finished = await finishTask(deps, trx, portal, task.stepRunId, ending)
    if (finished === 'waits') return finished
    const status = finished === 'over' || typeof ending === 'object' ? 'left' : CLOSED_AS[ending]
    await closeTasks(trx, portal.portalId, [task.stepRunId], status)
    return finished
  })
}

interface Looked {
  readonly lookAgain: readonly WatchedTask[]
  readonly stoppedBy: AppError | undefined
  readonly attempts: number
}

async function settle(deps: WatchDeps, turn: Turn, { lookAgain, stoppedBy, attempts }: Looked): Promise<void> {
  const { portalId } = turn
  await inPortal(deps.db, portalId, async (trx) => {
    const held = await holdTurn(trx, 'tasks', turn)
    // Our lease ran out: whoever has the lane now looks again.
    if (!held.has(WHOLE_PORTAL)) return
    const now = deps.clock()
    if (stoppedBy) {
      deps.log.warn({ portalId, code: stoppedBy.code, attempts: attempts + 1 }, 'tasks were not read')
      const dueAt = now.add(pauseAfter(stoppedBy, attempts))
      return releaseLane(trx, 'tasks', portalId, WHOLE_PORTAL, { dueAt, notBefore: dueAt, attempts: attempts + 1 })
    }
    const looks = lookAgain.map((task) => ({ stepRunId: task.stepRunId, lookAt: lookAfter(task, now) }))
    await putOffLooks(trx, portalId, looks)
    const next = await findNextLook(trx, portalId)
    if (!next) return releaseLane(trx, 'tasks', portalId, WHOLE_PORTAL, null)
    const earliest = now.add(PACE)
    const dueAt = Temporal.Instant.compare(next, earliest) < 0 ? earliest : next
    await releaseLane(trx, 'tasks', portalId, WHOLE_PORTAL, { dueAt })
  })
}

/** Time that is up while the enrollment is paused is looked at again like everything else. */
function lookAfter({ looks, timesOutAt }: WatchedTask, now: Temporal.Instant): Temporal.Instant {
  const ahead = timesOutAt && Temporal.Instant.compare(timesOutAt, now) > 0 ? timesOutAt : null
  return nextLook(now, looks + 1, ahead)
}

function pauseAfter(error: AppError, attempts: number): Temporal.Duration {
  if (error.retryAfterMs !== undefined) {
    return Temporal.Duration.from({ milliseconds: Math.max(1_000, Math.ceil(error.retryAfterMs)) })
  }
  return PAUSES[Math.min(attempts, PAUSES.length - 1)] ?? PACE
}
