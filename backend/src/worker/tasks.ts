import type { Deps } from '#deps'
import type { RequestLog } from '#hubspot/request-log.ts'
import { publishTimeline } from '#modules/activity/publish-timeline.ts'
import { handleDueEvents } from '#modules/events/handle-due-events.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { goRound } from './round.ts'
import type { Task } from './run-loop.ts'

/** How long an idle task rests, in milliseconds; also the most that a lost nudge can cost. */
const REST_MS = 200
/** The timeline and the request log are for reading, not for acting: they may lag. */
const READING_REST_MS = 1_000

/** Every task of the worker. `start` is where this process begins its round of the portals. */
export function listTasks(deps: Deps, requestLog: RequestLog, start: number): Task[] {
  const timelineCursor = { afterPortal: start }
  const handleEvents = goRound<Deps>(handleDueEvents, start)
  const sendSteps = goRound<Deps>(sendDueSteps, start)
  return [
    { name: 'events', pass: () => handleEvents(deps), restMs: REST_MS },
    { name: 'steps', pass: () => sendSteps(deps), restMs: REST_MS },
    { name: 'timeline', pass: () => publishTimeline(deps, timelineCursor), restMs: READING_REST_MS },
    { name: 'request log', pass: async () => ((await requestLog.flush()) > 0 ? 1 : 0), restMs: READING_REST_MS },
  ]
}
