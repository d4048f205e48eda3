import type { Deps } from '#deps'
import type { RequestLog } from '#hubspot/request-log.ts'
import { publishTimeline } from '#modules/activity/publish-timeline.ts'
import { judgeClicks } from '#modules/clicks/judge-clicks.ts'
import { readSendFacts } from '#modules/deals/read-send-facts.ts'
import { endArchived } from '#modules/enrollments/end-archived.ts'
import { resumeReturned } from '#modules/enrollments/resume-returned.ts'
import { handleDueEvents } from '#modules/events/handle-due-events.ts'
import { writeMailRecords } from '#modules/hubspot-mail/write-mail-records.ts'
import { writeOptOuts } from '#modules/hubspot-mail/write-opt-outs.ts'
import { writeStatuses } from '#modules/hubspot-status/write-statuses.ts'
import { watchTasks } from '#modules/hubspot-tasks/watch-tasks.ts'
import type { MailboxReader } from '#modules/mailbox/read-mailbox.ts'
import { keepPipelines } from '#modules/pipelines/keep-pipelines.ts'
import { readOwnMailboxes } from '#modules/senders/read-own-mailboxes.ts'
import { archiveFinished } from '#modules/sequences/archive-finished.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { answerWhatIfs } from '#modules/what-if/answer-what-ifs.ts'
import { logRequests } from './log-requests.ts'
import { makeNudge } from './nudge.ts'
import { goRound } from './round.ts'
import type { Task } from './run-loop.ts'

/** How long an idle task rests, in milliseconds; also the most that a lost nudge can cost. */
const REST_MS = 200
/** Portals served side by side: most of a pass is waiting, for HubSpot, the mail server or the database. */
const ABREAST = 3
/** The timeline and the status in HubSpot are for reading, not for acting: they may lag. */
const TIMELINE_REST_MS = 1_000
/** Pauses end on the day; a second of it is soon enough. */
const RETURNS_REST_MS = 1_000
/** A click is judged two seconds after it. */
const CLICKS_REST_MS = 1_000
/** Due every few hours. */
const PIPELINES_REST_MS = 10_000
/** Somebody waits for the answer, and reads for minutes. */
const WHAT_IF_REST_MS = 1_000
/** An answer that came in should stop the next mail, but a mailbox is not asked more often than mail programs do. */
const MAILBOX_REST_MS = 5_000

export interface Worker {
  readonly tasks: readonly Task[]
  /** New events were stored in this process. */
  eventsStored(): void
}

/**
 * Every task of the worker, each waking the one its work is for. `start` is where this process begins its round of the
 * portals. `mailbox` when there is one to read.
 */
export function makeWorker(deps: Deps, requestLog: RequestLog, start: number, mailbox?: MailboxReader): Worker {
  const sending = new Set<number>()
  const steps = Array.from({ length: ABREAST }, (): Task => {
    const pass = goRound<Deps>((given, after, busy) => sendDueSteps(given, after, readSendFacts, busy), start, sending)
    return { name: 'steps', pass: () => pass(deps), restMs: REST_MS, nudge: makeNudge() }
  })
  const handling = new Set<number>()
  const events = Array.from({ length: ABREAST }, (): Task => {
    const pass = goRound<Deps>(handleDueEvents, start, handling)
    const handle = async () => {
      const handled = await pass(deps)
      if (handled > 0) for (const task of steps) task.nudge.ring()
      return handled
    }
    return { name: 'events', pass: handle, restMs: REST_MS, nudge: makeNudge() }
  })
  const timelineCursor = { afterPortal: start }
  const returns = goRound<Deps>(resumeReturned, start)
  const finishing = goRound<Deps>(archiveFinished, start)
  const endings = goRound<Deps>(endArchived, start)
  const statuses = goRound<Deps>(writeStatuses, start)
  const clicks = goRound<Deps>(judgeClicks, start)
  const tasksInHubSpot = goRound<Deps>(watchTasks, start)
  const optOuts = goRound<Deps>(writeOptOuts, start)
  const records = goRound<Deps>(writeMailRecords, start)
  const whatIfs = goRound<Deps>(answerWhatIfs, start)
  const pipelines = goRound<Deps>(keepPipelines, start)
  // A mailbox whose server hangs takes seconds, and there may be many.
  const looking = new Set<number>()
  const mailboxes = Array.from({ length: ABREAST }, () => {
    const look = goRound<Deps>(readOwnMailboxes, start, looking)
    return { name: 'sender mailboxes', restMs: MAILBOX_REST_MS, pass: () => look(deps) }
  })
  const reading = [
    { name: 'returns', restMs: RETURNS_REST_MS, pass: () => returns(deps) },
    { name: 'finishing', restMs: RETURNS_REST_MS, pass: () => finishing(deps) },
    { name: 'endings', restMs: RETURNS_REST_MS, pass: () => endings(deps) },
    { name: 'clicks', restMs: CLICKS_REST_MS, pass: () => clicks(deps) },
    ...(mailbox ? [{ name: 'mailbox', restMs: MAILBOX_REST_MS, pass: () => mailbox.pass() }] : []),
    ...mailboxes,
    { name: 'timeline', restMs: TIMELINE_REST_MS, pass: () => publishTimeline(deps, timelineCursor) },
    { name: 'status', restMs: TIMELINE_REST_MS, pass: () => statuses(deps) },
    { name: 'tasks in HubSpot', restMs: TIMELINE_REST_MS, pass: () => tasksInHubSpot(deps) },
    { name: 'opt-outs', restMs: TIMELINE_REST_MS, pass: () => optOuts(deps) },
    { name: 'mail records', restMs: TIMELINE_REST_MS, pass: () => records(deps) },
    { name: 'pipelines', restMs: PIPELINES_REST_MS, pass: () => pipelines(deps) },
    { name: 'what if', restMs: WHAT_IF_REST_MS, pass: () => whatIfs(deps) },
  ]
  return {
    eventsStored() {
      for (const task of events) task.nudge.ring()
    },
    tasks: [...events, ...steps, ...reading.map((task) => ({ ...task, nudge: makeNudge() })), logRequests(requestLog)],
  }
}
