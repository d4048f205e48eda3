import { inPortal } from '#db/in-portal.ts'
import { listClicked } from '#modules/clicks/list-clicked.ts'
import { isAfter } from '#modules/deals/is-after.ts'
import { pairKey } from '#modules/deals/send-facts.ts'
import { listMet } from '#modules/step-facts/list-met.ts'
import type { WaitForStep } from '#shared/contract/step-wait-for.ts'
import { answersCountFrom } from './answers-count-from.ts'
import { ask, askFacts, waitForHubSpot } from './ask-facts.ts'
import type { CheckedRun } from './check-before-send.ts'
import type { LoadedBatch } from './load-runs.ts'
import { lookAtProperty, outcomeOfWaitFor, type SeenProperty } from './outcome-of-wait-for.ts'
import type { Perform } from './performer.ts'
import { MISSING_STEP } from './performer.ts'
import type { Outcome, Settlement } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'

type Look<S extends WaitForStep = WaitForStep> = CheckedRun & { readonly step: S }

/** What a look at one run came to. */
type Seen =
  | SeenProperty
  | { readonly kind: 'ended'; readonly reason: 'deal_deleted' | 'contact_deleted' }
  | { readonly kind: 'silent'; readonly retryAfterMs: number }

/**
 * Looks whether what claimed runs wait for has happened: once for all of an event, meetings and properties with one question to
 * HubSpot. Nobody knows without its answer, so a deadline that passes meanwhile is no deadline yet.
 */
export const performWaitFor: Perform = async (deps, portal, batch, runs) => {
  const settlements: Settlement[] = []
  const looks = runs.flatMap((checked) => {
    const { step } = checked.state
    if (step?.kind === 'wait_for') return [{ ...checked, step }]
    settlements.push({ run: checked.run, outcome: MISSING_STEP })
    return []
  })
  for (const [event, group] of Map.groupBy(looks, ({ step }) => step.event)) {
    const seen = await LOOK[event](deps, portal.portalId, batch, group)
    for (const look of group) {
      settlements.push({ run: look.run, outcome: outcomeOf(deps, portal.portalId, batch, look, seen(look)) })
    }
  }
  return settlements
}

type LookFor = (
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  looks: readonly Look[],
) => Promise<(look: Look) => Seen>

const LOOK: Record<WaitForStep['event'], LookFor> = {
  reply: lookForReplies,
  click: lookForClicks,
  meeting: lookForMeetings,
  property: lookAtProperties,
}

/** A reply to us moves its enrollment on when it comes in. At the deadline HubSpot is asked for one that only it has. */
async function lookForReplies(deps: StepsDeps, portalId: number, _batch: LoadedBatch, looks: readonly Look[]) {
  const pairs = looks.map(({ state }) => ({ dealId: state.dealId, contactId: state.contact.contactId }))
  const told = await ask(deps, portalId, () => deps.readSendFacts(deps, portalId, pairs))
  return ({ state }: Look): Seen => {
    const facts = told.known?.get(pairKey({ dealId: state.dealId, contactId: state.contact.contactId }))
    if (!facts) return { kind: 'silent', retryAfterMs: told.known ? 0 : told.retryAfterMs }
    return isAfter(facts.contact?.talks.repliedAt, answersCountFrom(state)) ? 'happened' : 'not_yet'
  }
}

async function lookForClicks(deps: StepsDeps, portalId: number, _batch: LoadedBatch, looks: readonly Look[]) {
  const ids = looks.map(({ run }) => run.enrollmentId)
  const clicked = await inPortal(deps.db, portalId, (trx) => listClicked(trx, portalId, ids))
  return ({ run }: Look): Seen => (clicked.has(run.enrollmentId) ? 'happened' : 'not_yet')
}

async function lookForMeetings(deps: StepsDeps, portalId: number, _batch: LoadedBatch, looks: readonly Look[]) {
  const questions = looks.map(({ run, state }) => ({
    runId: run.id,
    contactId: state.contact.contactId,
    since: state.meetingTakenAt ?? state.enrolledAt,
  }))
  const met = await ask(deps, portalId, () => listMet(deps, portalId, questions))
  return ({ run }: Look): Seen => {
    if (!met.known) return { kind: 'silent', retryAfterMs: met.retryAfterMs }
    return met.known.has(run.id) ? 'happened' : 'not_yet'
  }
}

async function lookAtProperties(deps: StepsDeps, portalId: number, batch: LoadedBatch, looks: readonly Look[]) {
  const asked = looks.map((look) => ({
    ...look,
    conditions: look.step.event === 'property' ? [look.step.condition] : [],
  }))
  const answer = await askFacts(deps, portalId, batch, asked)
  return ({ run, step }: Look): Seen => {
    const facts = answer.known?.get(run.id)
    if (!facts || step.event !== 'property') {
      return { kind: 'silent', retryAfterMs: answer.known ? 0 : answer.retryAfterMs }
    }
    if (typeof facts === 'string') return { kind: 'ended', reason: facts }
    return lookAtProperty(step, facts)
  }
}

function outcomeOf(deps: StepsDeps, portalId: number, batch: LoadedBatch, look: Look, seen: Seen): Outcome {
  const { run, step, state } = look
  const { timeZone } = batch.portal
  if (typeof seen !== 'string') {
    if (seen.kind === 'ended') return seen
    if (seen.kind === 'cannot_tell') return { kind: 'held', why: seen.why }
    return waitForHubSpot(deps, look, seen.retryAfterMs, timeZone)
  }
  const wait = { portalId, since: state.reachedAt, deadline: run.deadline, timeZone }
  return outcomeOfWaitFor(step, seen, wait, deps.clock())
}
