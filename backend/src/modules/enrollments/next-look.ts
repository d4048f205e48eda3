import type { WaitForStep } from '#shared/contract/step-wait-for.ts'

/** In milliseconds. HubSpot tells nobody of a booked meeting or of every property, so it is asked: often at first, then hourly. */
const OFTEN = 15 * 60_000
const SELDOM = 60 * 60_000
const OFTEN_FOR = 6 * SELDOM

/** When a wait for an event is looked at first: at once, because it may have happened before; a reply is told to us. Pure. */
export function firstLook(
  step: Pick<WaitForStep, 'event'>,
  at: Temporal.Instant,
  deadline: Temporal.Instant,
): Temporal.Instant {
  return step.event === 'reply' ? deadline : at
}

/**
 * When it is looked at again: every quarter of an hour in the first six hours, then every hour, and at its deadline. The
 * looks of a portal fall on the same moments, so that HubSpot is asked once for many; those of different portals do not. A
 * click is told to us like a reply. Pure.
 */
export function nextLook(
  step: Pick<WaitForStep, 'event'>,
  wait: { readonly portalId: number; readonly since: Temporal.Instant; readonly deadline: Temporal.Instant },
  now: Temporal.Instant,
): Temporal.Instant {
  if (step.event === 'reply' || step.event === 'click') return wait.deadline
  const age = now.epochMilliseconds - wait.since.epochMilliseconds
  const every = age < OFTEN_FOR ? OFTEN : SELDOM
  const offset = (wait.portalId * 1_000) % OFTEN
  const turn = Math.floor((now.epochMilliseconds - offset) / every) + 1
  const next = Temporal.Instant.fromEpochMilliseconds(turn * every + offset)
  return Temporal.Instant.compare(next, wait.deadline) < 0 ? next : wait.deadline
}
