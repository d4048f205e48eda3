import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { readSendFacts } from '#modules/deals/read-send-facts.ts'
import { checkBeforeSend } from './check-before-send.ts'
import { type Claim, claimDueRuns, tidyLane } from './claim-due-runs.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { type HandedOver, selectHandedOver } from './fault-repository.ts'
import { finishWaits } from './finish-waits.ts'
import { handOver } from './hand-over.ts'
import { isolateFaults } from './isolate-faults.ts'
import { BATCH, MAX_HOPS } from './limits.ts'
import { loadRuns } from './load-runs.ts'
import { isPerformed, performSteps } from './perform-steps.ts'
import { prepareDeliveries } from './prepare-deliveries.ts'
import { settleEach } from './settle-each.ts'
import { settleOvertaken } from './settle-overtaken.ts'
import type { Outcome } from './settle-runs.ts'
import type { ReadSendFacts, StepsDeps } from './steps-deps.ts'

/**
 * One pass of the steps task: the next portal after `afterPortal` with due steps, up to a hundred of them; undefined when no
 * portal after it has any. Claims in one short transaction, asks HubSpot and the mail server without any, settles each
 * outcome in its own; a run that fails by an error of its own is set aside. May run in any number of processes at once.
 * `readFacts` is how HubSpot is asked what may forbid a mail; portals in `busy` are served by another pass of this process.
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
  const waits = claim.runs.filter((run) => run.kind === 'wait')
  await isolateFaults(deps, portal, waits, (runs) => finishWaits(deps, portal, runs))
  const mails = claim.runs.filter((run) => run.kind === 'email')
  await isolateFaults(deps, portal, mails, (runs) => sendMails(deps, portal, runs))
  const others = claim.runs.filter((run) => isPerformed(run.kind))
  await isolateFaults(deps, portal, others, (runs) => performSteps(deps, portal, runs))
}

/**
 * Runs of a worker that died or froze while the content was on its way, or that could not be written down: never sent again on
 * their own.
 */
async function settleLost(deps: StepsDeps, portal: PortalContext, lost: readonly ClaimedRun[]): Promise<void> {
  if (lost.length === 0) return
  const { portalId } = portal
  const handed = await inPortal(deps.db, portalId, (trx) => selectHandedOver(trx, portalId, lost))
  for (const run of lost) {
    const outcome = outcomeOfLost(handed.get(run.id))
    if (outcome.kind === 'unconfirmed') deps.log.error({ portalId, stepRunId: run.id }, 'mail is unconfirmed')
    await settleEach(deps, portal, [{ run, outcome }])
  }
}

function outcomeOfLost(handed: HandedOver | undefined): Outcome {
  const { status, response, subject } = handed ?? { status: 'unconfirmed', response: null, subject: null }
  if (status === 'accepted') return { kind: 'sent', response: response ?? '', subject: subject ?? '' }
  return {
    kind: 'unconfirmed',
    detail: response ?? 'The worker that was sending it stopped before the server’s answer.',
  }
}

async function sendMails(deps: StepsDeps, portal: PortalContext, runs: readonly ClaimedRun[]): Promise<void> {
  const batch = await loadRuns(deps, portal.portalId, runs)
  if (!batch) return
  const checked = await checkBeforeSend(deps, portal.portalId, batch)
  await settleEach(deps, portal, checked.settlements)
  const prepared = await prepareDeliveries(deps, portal.portalId, batch, checked.sendable)
  await settleEach(deps, portal, prepared.settlements)
  await settleOvertaken(deps, portal, prepared.overtaken, { unsent: false })
  await handOver(deps, portal, prepared.mails, batch.portal.timeZone)
}
