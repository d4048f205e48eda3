import type { PortalContext } from '#core/context.ts'
import { isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { pairKey } from '#modules/deals/send-facts.ts'
import { replanStep } from '#modules/enrollments/replan-step.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { PAUSED_RECHECK } from './limits.ts'
import { OVER, outcomeOfWait } from './outcome-of-wait.ts'
import { settleEach } from './settle-each.ts'
import type { Outcome, Settlement } from './settle-runs.ts'
import { type DealDateWait, selectDealDateWaits } from './state-repository.ts'
import type { StepsDeps } from './steps-deps.ts'

const NOT_ASKED = 'HubSpot could not be asked for the deal’s close date; it is asked again in five minutes.'

/**
 * Ends claimed waits whose moment has come. One until a date of the deal is looked at again first: dates of deals move, and
 * nobody tells us. HubSpot is asked once for the batch; a date that is later by now puts the step off, one that is gone holds
 * it.
 */
export async function finishWaits(deps: StepsDeps, portal: PortalContext, waits: readonly ClaimedRun[]): Promise<void> {
  const { portalId } = portal
  const ids = waits.map((run) => run.id)
  const dated = await inPortal(deps.db, portalId, (trx) => selectDealDateWaits(trx, portalId, ids))
  const isDated = (run: ClaimedRun) => dated.some(({ runId }) => runId === run.id)
  // Those that need nobody's answer first.
  const over = waits.filter((run) => !isDated(run)).map((run) => ({ run, outcome: OVER }))
  await settleEach(deps, portal, over)
  if (dated.length === 0) return
  const known = await readDates(deps, portalId, dated)
  const lookedAt: Settlement[] = []
  for (const run of waits.filter(isDated)) {
    lookedAt.push({ run, outcome: await lookAgain(deps, portalId, run, known.has(run.id)) })
  }
  await settleEach(deps, portal, lookedAt)
}

/** Asks HubSpot for the deals, which keeps what it says; gives the runs about whose deal it answered. */
async function readDates(
  deps: StepsDeps,
  portalId: number,
  dated: readonly DealDateWait[],
): Promise<ReadonlySet<string>> {
  try {
    const told = await deps.readSendFacts(deps, portalId, dated)
    return new Set(dated.filter((pair) => told.has(pairKey(pair))).map(({ runId }) => runId))
  } catch (error) {
    if (!isAppError(error)) throw error
    deps.log.warn({ portalId, pairs: dated.length, code: error.code }, 'dates of deals were not read')
    return new Set()
  }
}

async function lookAgain(deps: StepsDeps, portalId: number, run: ClaimedRun, known: boolean): Promise<Outcome> {
  const now = deps.clock()
  if (!known) return { kind: 'later', dueAt: now.add(PAUSED_RECHECK), why: NOT_ASKED }
  const planned = await inPortal(deps.db, portalId, (trx) =>
    replanStep(trx, portalId, run.enrollmentId, run.position, now),
  )
  return outcomeOfWait(planned, now)
}
