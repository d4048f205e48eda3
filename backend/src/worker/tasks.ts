import type { Deps } from '#deps'
import type { RequestLog } from '#hubspot/request-log.ts'
import { publishTimeline } from '#modules/activity/publish-timeline.ts'
import { handleDueEvents } from '#modules/events/handle-due-events.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { makeNudge } from './nudge.ts'
import { goRound } from './round.ts'
import type { Task } from './run-loop.ts'

/** How long an idle task rests, in milliseconds; also the most that a lost nudge can cost. */
const REST_MS = 200
/** The timeline and the request log are for reading, not for acting: they may lag. */
const READING_REST_MS = 1_000

export interface Worker {
  readonly tasks: readonly Task[]
  /** New events were stored in this process. */
  eventsStored(): void
}

/**
 * Every task of the worker, each waking the one its work is for. `start` is where this process begins its round of the
 * portals.
 */
export function makeWorker(deps: Deps, requestLog: RequestLog, start: number): Worker {
  const nudges = { events: makeNudge(), steps: makeNudge(), timeline: makeNudge(), log: makeNudge() }
  const handleEvents = goRound<Deps>(handleDueEvents, start)
  const sendSteps = goRound<Deps>(sendDueSteps, start)
  const timelineCursor = { afterPortal: start }
  const handle = async () => {
    const handled = await handleEvents(deps)
    if (handled > 0) nudges.steps.ring()
    return handled
  }
  return {
    eventsStored: () => nudges.events.ring(),
    tasks: [
      { name: 'events', pass: handle, restMs: REST_MS, nudge: nudges.events },
      { name: 'steps', pass: () => sendSteps(deps), restMs: REST_MS, nudge: nudges.steps },
      {
        name: 'timeline',
        pass: () => publishTimeline(deps, timelineCursor),
        restMs: READING_REST_MS,
        nudge: nudges.timeline,
      },
      { name: 'request log', pass: () => flush(requestLog), restMs: READING_REST_MS, nudge: nudges.log },
    ],
  }
}

/** What was flushed is all there is: the next lines come later. */
async function flush(requestLog: RequestLog): Promise<number> {
  await requestLog.flush()
  return 0
}
