import type { PortalContext } from '#core/context.ts'
import { faultCode } from '#core/fault-code.ts'
import type { Trx } from '#db/database.ts'
import { hitsEverybody } from '#db/hits-everybody.ts'
import { inPortal } from '#db/in-portal.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { aboutRun } from './about-run.ts'
import { afterRefusal } from './backoff.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { ENROLLMENT_ENDED } from './decide-before-send.ts'
import { closeDelivery } from './delivery-repository.ts'
import { describeMoment } from './describe-moment.ts'
import { type FailingRun, keepLeased, lockFailing } from './fault-repository.ts'
import { FAULT, type Handed } from './fault-words.ts'
import { hasEnded } from './has-ended.ts'
import { MAX_FAULTS } from './limits.ts'
import { changeRun, lockEnrollments, type RunEnrollment } from './run-repository.ts'
import type { Outcome } from './settle-runs.ts'
import { selectPortalState } from './state-repository.ts'

const NOT_WRITTEN = 'Its outcome could not be written down.'

export interface Fault {
  readonly run: ClaimedRun
  readonly error: unknown
  /** What became of the run, when it was writing this down that failed. */
  readonly outcome?: Outcome
}

/**
 * Puts a run out of its neighbors' way whose own error nobody expected: it is tried again with growing pauses, and after
 * `MAX_FAULTS` in a row it waits for a person. One whose content may have left only waits to be written down, as long as that
 * takes: it stays leased, so that no pause or resume plans its mail anew. Throws what hits every run; when the database refuses
 * even this, the run comes back when its lease has run out.
 */
export async function setAside(deps: Deps, portal: PortalContext, fault: Fault): Promise<void> {
  const { run, error } = fault
  if (hitsEverybody(error)) throw error
  const about = { portalId: portal.portalId, stepRunId: run.id, code: faultCode(error) }
  deps.log.error({ ...about, err: error }, 'step run failed')
  deps.metrics.count('step_faults_total', { kind: run.kind })
  const refused = await tryToWrite(deps, portal, fault)
  // Perhaps it is the server's words that the database refuses. That it took the mail must not be lost with them.
  const wordless = refused && withoutWords(fault.outcome)
  const still = wordless ? await tryToWrite(deps, portal, { ...fault, outcome: wordless }) : refused
  if (still) deps.log.error({ ...about, err: still.error }, 'step run could not be set aside')
}

/** Gives what refused it, if anything did. */
async function tryToWrite(deps: Deps, portal: PortalContext, fault: Fault): Promise<{ error: unknown } | undefined> {
  try {
    await inPortal(deps.db, portal.portalId, (trx) => write(deps, trx, portal, fault))
    return undefined
  } catch (error) {
    if (hitsEverybody(error)) throw error
    return { error }
  }
}

function withoutWords(outcome: Outcome | undefined): Outcome | undefined {
  if (outcome?.kind === 'sent') return { ...outcome, response: '' }
  return outcome?.kind === 'unconfirmed' ? { ...outcome, detail: NOT_WRITTEN } : undefined
}

async function write(deps: Deps, trx: Trx, portal: PortalContext, { run, error, outcome }: Fault): Promise<void> {
  const { portalId } = portal
  const enrollment = (await lockEnrollments(trx, portalId, [run.enrollmentId])).get(run.enrollmentId)
  const failing = await lockFailing(trx, portalId, run)
  // Somebody else settled it: their word holds.
  if (!enrollment || !failing) return
  const handed = await closeMail(deps, trx, portalId, run, failing, outcome)
  const faults = failing.faults + 1
  const failed = `${FAULT[handed]} (error ${faultCode(error)}`
  if (handed === 'unsent' && faults >= MAX_FAULTS) {
    const why = `${failed}, ${faults} times). The operator’s log says more. Retry tries it again, Skip goes on without it.`
    return hold(deps, trx, portal, { run, enrollment, why })
  }
  const dueAt = afterRefusal(deps.clock(), faults, deps.random)
  const zone = (await selectPortalState(trx, portalId))?.timeZone ?? null
  const why = `${failed}); trying again at ${describeMoment(dueAt, zone)}.`
  if (handed === 'unsent') await changeRun(trx, portalId, run, { status: 'scheduled', dueAt, why, faults })
  else await keepLeased(trx, portalId, run, { leaseUntil: dueAt, why, faults })
  await wakeLane(trx, portalId, 'steps', WHOLE_PORTAL, dueAt)
}

/** Writes what is known of the mail. One that was taken, or that nobody can know about, is never handed over again. */
async function closeMail(
  deps: Deps,
  trx: Trx,
  portalId: number,
  run: ClaimedRun,
  { delivery }: FailingRun,
  outcome: Outcome | undefined,
): Promise<Handed> {
  const now = deps.clock()
  if (delivery === 'accepted') return 'sent'
  if (delivery === 'unconfirmed') return 'unconfirmed'
  if (outcome?.kind === 'sent') {
    await closeDelivery(trx, portalId, run, 'accepted', outcome.response, now)
    return 'sent'
  }
  // A refusal says that the content was not taken, whatever the gate wrote; without the server's word nobody can know.
  const begun = delivery === 'sending_data' && !isRefused(outcome)
  const detail = outcome?.kind === 'unconfirmed' ? outcome.detail : NOT_WRITTEN
  await closeDelivery(trx, portalId, run, begun ? 'unconfirmed' : 'canceled', begun ? detail : null, now)
  return begun ? 'unconfirmed' : 'unsent'
}

function isRefused(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && outcome.kind !== 'sent' && 'response' in outcome && outcome.response != null
}

interface Held {
  readonly run: ClaimedRun
  readonly enrollment: RunEnrollment
  readonly why: string
}

async function hold(deps: Deps, trx: Trx, portal: PortalContext, { run, enrollment, why }: Held): Promise<void> {
  const { portalId } = portal
  if (hasEnded(enrollment, run)) {
    // Nobody can answer for an enrollment that ended, so nobody is asked.
    await changeRun(trx, portalId, run, { status: 'canceled', why: ENROLLMENT_ENDED, settledAt: deps.clock() })
    return
  }
  await changeRun(trx, portalId, run, { status: 'held', why, heldFor: 'fault', settledAt: null })
  await recordActivity(deps, trx, portal, {
    kind: 'step.held',
    ...aboutRun(enrollment, run),
  })
}
