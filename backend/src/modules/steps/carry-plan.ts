import type { Trx } from '#db/database.ts'
import { replanStep } from '#modules/enrollments/replan-step.ts'
import { findNextRun, moveWantedBack, type SettledRun } from './carry-repository.ts'

/** Less than this nobody calls late. */
const AT_ONCE_MS = 60_000

/**
 * Keeps the next step from looking young when the one before it was late. A mail behind a wait was wanted when the wait ended,
 * not when a worker came back to notice it, and so is one behind a branch that the wait led to: `wanted` is that moment, null
 * when what follows is wanted from now on. Where that moment lies outside the sending hours, the mail was wanted when they next
 * began: a closed weekend makes none late. And behind a step from before a restored backup, a step that would have had its turn
 * before the restore as well may have had it: its wait is counted from then, and it waits for a person too.
 */
export async function carryPlan(
  trx: Trx,
  portalId: number,
  run: SettledRun,
  now: Temporal.Instant,
  wanted: Temporal.Instant | null,
): Promise<void> {
  await moveWantedBack(trx, portalId, run, now, wanted && (await inHours(trx, portalId, run.enrollmentId, wanted)))
}

/** When the next step would be due if it had been reached at `wanted`. */
async function inHours(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  wanted: Temporal.Instant,
): Promise<Temporal.Instant> {
  const next = await findNextRun(trx, portalId, enrollmentId)
  if (next?.kind !== 'email' || next.dueAt.epochMilliseconds - wanted.epochMilliseconds < AT_ONCE_MS) return wanted
  const planned = await replanStep(trx, portalId, enrollmentId, next.position, wanted)
  return planned?.dueAt ?? wanted
}
