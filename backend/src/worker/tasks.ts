import type { Deps } from '#deps'
import { publishTimeline } from '#modules/activity/publish-timeline.ts'
import { handleDueEvents } from '#modules/events/handle-due-events.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { goRound } from './round.ts'
import type { Task } from './run-loop.ts'

/** How long an idle task rests, in milliseconds; also the most that a lost nudge can cost. */
const REST_MS = 200
/** The timeline is for reading, not for acting: it may lag. */
const TIMELINE_REST_MS = 1_000

/** Every task of the worker. `start` is where this process begins its round of the portals. */
export function listTasks(start: number): Task[] {
  return [
    { name: 'events', pass: goRound<Deps>(handleDueEvents, start), restMs: REST_MS },
    { name: 'steps', pass: goRound<Deps>(sendDueSteps, start), restMs: REST_MS },
    { name: 'timeline', pass: goRound<Deps>(publishTimeline, start), restMs: TIMELINE_REST_MS },
  ]
}
