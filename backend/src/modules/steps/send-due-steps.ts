import type { PortalContext } from '#core/context.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { readSendFacts } from '#modules/deals/read-send-facts.ts'
import { checkBeforeSend } from './check-before-send.ts'
import { type Claim, claimDueRuns, tidyLane } from './claim-due-runs.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { finishWaits } from './finish-waits.ts'
import { handOver } from './hand-over.ts'
import { BATCH, MAX_HOPS } from './limits.ts'
import { loadRuns } from './load-runs.ts'
import { isPerformed, performSteps } from './perform-steps.ts'
import { prepareDeliveries } from './prepare-deliveries.ts'
import { settleOvertaken } from './settle-overtaken.ts'
import { settleRuns } from './settle-runs.ts'
import type { ReadSendFacts, StepsDeps } from './steps-deps.ts'

/**
 * One pass of the steps task: the next portal after `afterPortal` with due steps, up to a hundred of them; undefined when no
 * portal after it has any. Claims in one short transaction, asks HubSpot and the mail server without any, settles each
 * outcome in its own. May run in any number of processes at once. `readFacts` is how HubSpot is asked what may forbid a mail;
 * portals in `busy` are served by another pass of this process.
 */
export async function sendDueSteps(
  base: Deps,
  afterPortal = 0,
  readFacts: ReadSendFacts = readSendFacts,
  busy: Set<number> = new Set(),
): Promise<Served | undefined> {
  const deps: StepsDeps = { ...base, readSendFacts: readFacts }
  const next = { kind: 'steps', afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, (portalId) => servePortal(deps, portalId))
}

async function servePortal(deps: StepsDeps, portalId: number): Promise<number> {
  const portal: PortalContext = { portalId, actor: { kind: 'worker' }, requestId: deps.ids() }
  let handled = 0
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const claim = await claimDueRuns(deps, portalId)
    await serveClaim(deps, portal, claim)
    handled += claim.runs.length + claim.lost.length
    // What was done at once may have led to a step that is due at once. With a backlog other portals have their turn first.
    if (claim.runs.length >= BATCH || !claim.runs.some(({ kind }) => isPerformed(kind))) break
  }
  if (handled > 0) await tidyLane(deps, portalId)
  return handled
}

async function serveClaim(deps: StepsDeps, portal: PortalContext, claim: Claim): Promise<void> {
  await settleLost(deps, portal, claim.lost)
  await finishWaits(
    deps,
    portal,
    claim.runs.filter((run) => run.kind === 'wait'),
  )
  await sendMails(
    deps,
    portal,
    claim.runs.filter((run) => run.kind === 'email'),
  )
  await performSteps(
    deps,
    portal,
    claim.runs.filter((run) => isPerformed(run.kind)),
  )
}

/** Runs of a worker that died or froze while the content was on its way: never sent again on their own. */
async function settleLost(deps: StepsDeps, portal: PortalContext, lost: readonly ClaimedRun[]): Promise<void> {
  const detail = 'The worker that was sending it stopped before the server’s answer.'
  for (const run of lost) {
    deps.log.error({ portalId: portal.portalId, stepRunId: run.id }, 'mail is unconfirmed')
    await settleRuns(deps, portal, [{ run, outcome: { kind: 'unconfirmed', detail } }])
  }
}

async function sendMails(deps: StepsDeps, portal: PortalContext, runs: readonly ClaimedRun[]): Promise<void> {
  if (runs.length === 0) return
  const batch = await loadRuns(deps, portal.portalId, runs)
  if (!batch) return
  const checked = await checkBeforeSend(deps, portal.portalId, batch)
  await settleRuns(deps, portal, checked.settlements)
  const prepared = await prepareDeliveries(deps, portal.portalId, batch, checked.sendable)
  await settleRuns(deps, portal, prepared.settlements)
  await settleOvertaken(deps, portal, prepared.overtaken, { unsent: false })
  await handOver(deps, portal, prepared.mails, batch.portal.timeZone)
}
