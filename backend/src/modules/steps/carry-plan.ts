import type { Trx } from '#db/database.ts'
import { replanStep } from '#modules/enrollments/replan-step.ts'
import { moveWantedBack, type SettledRun } from './carry-repository.ts'
import type { ClaimedRun } from './claim-repository.ts'

/**
 * Keeps the next step from looking young when the one before it was late. A mail behind a wait was wanted when it would have
 * been due if the wait had been noticed the moment it ended, not when a worker came back to notice it: then, or, outside the
 * sending hours, when they next began. Behind a step from before a restored backup, a step that would have had its turn before
 * the restore waits for a person, too.
 */
export async function carryPlan(
  trx: Trx,
  portalId: number,
  run: SettledRun & Pick<ClaimedRun, 'kind' | 'position' | 'dueAt'>,
  now: Temporal.Instant,
): Promise<void> {
  const { enrollmentId, kind, position, dueAt } = run
  const next = kind === 'wait' ? await replanStep(trx, portalId, enrollmentId, position + 1, dueAt) : undefined
  await moveWantedBack(trx, portalId, { ...run, wanted: next?.dueAt ?? null }, now)
}
