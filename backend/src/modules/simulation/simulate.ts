import { BATCH } from '#modules/steps/limits.ts'
import type { History, Trigger } from './history.ts'
import { hearOfDeal, letHappen } from './let-happen.ts'
import { sendSimulatedBatch } from './send-simulated-batch.ts'
import type { Setting } from './setting.ts'
import { type Item, openWorld, type SimulatedRun, type SimulatedWorld } from './simulated-world.ts'
import { resume } from './walk-steps.ts'

/** Moments after which a long simulation lets others go first. */
const BREATH = 20

/**
 * Plays a history against a setting on a virtual clock: from one moment at which something is due to the next, with the
 * functions that decide live. No database, no clock, no randomness: the same history gives the same world, whatever order its
 * lists are in. Yields now and then, so that a caller can let others go first; `simulate` runs it through.
 */
export function* playHistory(
  setting: Setting,
  history: History,
  triggers: readonly Trigger[] = [],
): Generator<Temporal.Instant, SimulatedWorld> {
  const world = openWorld(setting, history, triggers)
  const end = history.to.epochMilliseconds
  for (let moments = 1; ; moments++) {
    const next = world.queue.peek()
    if (!next || next.at > end) break
    world.now = Temporal.Instant.fromEpochMilliseconds(next.at)
    playMoment(world)
    if (moments % BREATH === 0) yield world.now
  }
  world.now = history.to
  return world
}

/** The same in one go. */
export function simulate(setting: Setting, history: History, triggers: readonly Trigger[] = []): SimulatedWorld {
  const play = playHistory(setting, history, triggers)
  for (;;) {
    const turn = play.next()
    if (turn.done) return turn.value
  }
}

/** Everything that is due now, until nothing is: what a step does may be due at the same moment. */
function playMoment(world: SimulatedWorld): void {
  const now = world.now.epochMilliseconds
  while (world.queue.peek()?.at === now) {
    const due: SimulatedRun[] = []
    for (let item = world.queue.peek(); item?.at === now; item = world.queue.peek()) {
      if (item.what === 'step' && due.length === BATCH) break
      world.queue.pop()
      if (item.what !== 'step') play(world, item)
      else if (isDue(item.run, now) && !due.includes(item.run)) due.push(item.run)
    }
    if (due.length > 0) sendSimulatedBatch(world, due)
  }
}

/** A run that was put off or taken back meanwhile left its old place in the queue. */
function isDue(run: SimulatedRun, now: number): boolean {
  return run.status === 'scheduled' && run.dueAt.epochMilliseconds === now && run.enrollment.run === run
}

function play(world: SimulatedWorld, item: Exclude<Item, { readonly what: 'step' }>): void {
  if (item.what === 'happens') letHappen(world, item.happens)
  else if (item.what === 'return') resume(world, item.enrollment)
  else {
    const deal = world.deals.get(item.dealId)
    if (deal && !deal.deleted) hearOfDeal(world, deal)
  }
}
