import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { StepTaskStatus } from '#db/tables.ts'

export interface Intent {
  readonly stepRunId: string
  readonly enrollmentId: string
  readonly dealId: string
  readonly at: Temporal.Instant
}

/**
 * Notes that a task is about to be made for a run. False when that was noted before: HubSpot may have it, and only a look can
 * tell.
 */
export async function insertIntent(trx: Trx, portalId: number, intent: Intent): Promise<boolean> {
  const { at: intendedAt, ...run } = intent
  const unknown = { taskId: null, lookAt: null, timesOutAt: null, onTimeout: null }
  const row = await trx
    .insertInto('stepTasks')
    .values({ portalId, ...run, status: 'intended', intendedAt, ...unknown })
    .onConflict((conflict) => conflict.columns(['portalId', 'stepRunId']).doNothing())
    .returning('stepRunId')
    .executeTakeFirst()
  return row !== undefined
}

/** HubSpot refused the task, so there is none: the next try begins anew. */
export async function deleteIntent(trx: Trx, portalId: number, stepRunId: string): Promise<void> {
  await trx
    .deleteFrom('stepTasks')
    .where('portalId', '=', portalId)
    .where('stepRunId', '=', stepRunId)
    .where('status', '=', 'intended')
    .execute()
}

export interface OpenedTask {
  readonly taskId: string
  readonly lookAt: Temporal.Instant
  readonly timesOutAt: Temporal.Instant | null
  readonly onTimeout: 'go_on' | 'stop' | null
}

export async function openIntent(trx: Trx, portalId: number, stepRunId: string, task: OpenedTask): Promise<void> {
  await trx
    .updateTable('stepTasks')
    .set({ ...task, status: 'open', looks: 0 })
    .where('portalId', '=', portalId)
    .where('stepRunId', '=', stepRunId)
    .execute()
}

export interface WatchedTask {
  readonly stepRunId: string
  readonly taskId: string
  readonly looks: number
  readonly timesOutAt: Temporal.Instant | null
  readonly onTimeout: 'go_on' | 'stop' | null
  /** False once nobody waits for the task: the enrollment ended, or a person decided on the card. */
  readonly awaited: boolean
}

/** Those whose turn has come by `until`, the longest waiting first. */
export async function listTasksToLookAt(
  trx: Trx,
  portalId: number,
  until: Temporal.Instant,
  limit: number,
): Promise<WatchedTask[]> {
  const { rows } = await sql<WatchedTask>`
    select t.step_run_id, t.task_id, t.looks, t.times_out_at, t.on_timeout,
      (r.status = 'held' and r.held_for = 'task') as awaited
    from step_tasks t join step_runs r on r.portal_id = t.portal_id and r.id = t.step_run_id
    where t.portal_id = ${portalId} and t.status = 'open' and t.look_at <= ${until}
    order by t.look_at, t.step_run_id limit ${limit}
  `.execute(trx)
  return rows
}

/** Nobody waits for these any more, or they are over. */
export async function closeTasks(
  trx: Trx,
  portalId: number,
  stepRunIds: readonly string[],
  status: Exclude<StepTaskStatus, 'intended' | 'open'>,
): Promise<void> {
  if (stepRunIds.length === 0) return
  await trx
    .updateTable('stepTasks')
    .set({ status, lookAt: null })
    .where('portalId', '=', portalId)
    .where('stepRunId', 'in', stepRunIds)
    .where('status', '=', 'open')
    .execute()
}

/** Puts off the next look at each; counts the one that was made. */
export async function putOffLooks(
  trx: Trx,
  portalId: number,
  looks: readonly { readonly stepRunId: string; readonly lookAt: Temporal.Instant }[],
): Promise<void> {
  if (looks.length === 0) return
  await sql`
    update step_tasks t set look_at = n.look_at, looks = t.looks + 1
    from unnest(${looks.map(({ stepRunId }) => stepRunId)}::uuid[], ${looks.map(({ lookAt }) => lookAt.toString())}::timestamptz[])
      as n (step_run_id, look_at)
    where t.portal_id = ${portalId} and t.step_run_id = n.step_run_id and t.status = 'open'
  `.execute(trx)
}

export async function findNextLook(trx: Trx, portalId: number): Promise<Temporal.Instant | null> {
  const row = await trx
    .selectFrom('stepTasks')
    .where('portalId', '=', portalId)
    .where('status', '=', 'open')
    .select('lookAt')
    .orderBy('lookAt')
    .limit(1)
    .executeTakeFirst()
  return row?.lookAt ?? null
}
