import type { RequestLog } from '#hubspot/request-log.ts'
import { makeNudge } from './nudge.ts'
import type { Task } from './run-loop.ts'

/** The log is for reading, not for acting: it may lag. */
const REST_MS = 3_000

/** Writes the calls to HubSpot that this process has made; each process keeps its own until then, also one that only serves. */
export function logRequests(requestLog: RequestLog): Task {
  return {
    name: 'request log',
    restMs: REST_MS,
    nudge: makeNudge(),
    async pass() {
      await requestLog.flush()
      // What was flushed is all there is: the next lines come later.
      return 0
    },
  }
}
