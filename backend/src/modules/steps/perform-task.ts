import { isAppError } from '#core/errors.ts'
import { TASK_SCOPE } from '#hubspot/tasks.ts'
import { planStep } from '#modules/enrollments/plan-step.ts'
import { makeTask } from '#modules/hubspot-tasks/make-task.ts'
import type { TaskStep } from '#shared/contract/sequence.ts'
import { afterOutage } from './backoff.ts'
import type { CheckedRun } from './check-before-send.ts'
import { describeMoment } from './describe-moment.ts'
import { fillText } from './fill-text.ts'
import { type LacksScope, lacksScope } from './lacks-scope.ts'
import type { LoadedBatch } from './load-runs.ts'
import { MISSING_STEP, type Perform } from './performer.ts'
import { setAside } from './set-aside.ts'
import type { Outcome, Settlement } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'
import { valuesOf } from './values-of.ts'

/** Tasks made side by side. */
const CONCURRENT = 4
/** A task is not begun with less than this left of the lease: longer than a call to HubSpot with its retries. */
const RESERVE = Temporal.Duration.from({ seconds: 60 })
/** After a lost answer HubSpot is given this long to show what it has done. */
const SHOWN_AFTER_MS = 60_000

/** As much as a mail's subject; HubSpot's page shows no more in one line. */
const SUBJECT_LENGTH = 255

const TYPES = { call: 'CALL', linkedin: 'TODO', todo: 'TODO' } as const
const PRIORITIES = { low: 'LOW', medium: 'MEDIUM', high: 'HIGH' } as const

/** Makes the task of each run in HubSpot, or finds the one that an earlier try made, and lets the step wait for it. */
export const performTask: Perform = async (deps, portal, batch, runs) => {
  const settlements: Settlement[] = []
  for (let start = 0; start < runs.length; start += CONCURRENT) {
    const some = runs.slice(start, start + CONCURRENT)
    // Each for itself: begun once more right away, HubSpot might not show yet which tasks the first try made.
    const tries = await Promise.allSettled(some.map((checked) => performOne(deps, portal.portalId, batch, checked)))
    for (const [index, { run }] of some.entries()) {
      const tried = tries[index]
      if (tried?.status === 'fulfilled') settlements.push({ run, outcome: tried.value })
      else await setAside(deps, portal, { run, error: tried?.reason })
    }
  }
  return settlements
}

async function performOne(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  checked: CheckedRun,
): Promise<Outcome> {
  const { run, state } = checked
  const { step } = state
  const now = deps.clock()
  if (step?.kind !== 'task') return MISSING_STEP
  const lacking: LacksScope | undefined = lacksScope(batch.portal, TASK_SCOPE, 'create tasks')
  if (lacking) return lacking
  if (Temporal.Instant.compare(now.add(RESERVE), run.leaseUntil) > 0) {
    return { kind: 'later', dueAt: now, why: 'Its turn comes with the next batch.' }
  }
  const texts = fillTexts(deps, portalId, batch, checked, step)
  if ('held' in texts) return { kind: 'held', why: texts.held }
  const dueAt = momentAfter(checked, step.dueIn, now)
  const timesOutAt = momentAfter(checked, step.timeout, now)
  if ('held' in dueAt) return { kind: 'held', why: dueAt.held }
  if ('held' in timesOutAt) return { kind: 'held', why: timesOutAt.held }
  try {
    const taskId = await makeTask(deps, portalId, {
      stepRunId: run.id,
      enrollmentId: run.enrollmentId,
      dealId: state.dealId,
      contactId: state.contact.contactId,
      ownerId: state.deal?.ownerId ?? null,
      type: TYPES[step.taskType],
      priority: PRIORITIES[step.priority ?? 'medium'],
      dueAt: dueAt.at ?? now,
      ...texts,
    })
    return { kind: 'waits_for_task', taskId, timesOutAt: timesOutAt.at, onTimeout: step.onTimeout }
  } catch (error) {
    if (!isAppError(error)) throw error
    if (error.code === 'hubspot_rejected' || error.code === 'not_found') return { kind: 'held', why: error.message }
    const again = afterOutage(now, state.reachedAt, deps.random, Math.max(SHOWN_AFTER_MS, error.retryAfterMs ?? 0))
    const when = describeMoment(again, batch.portal.timeZone)
    const why = `HubSpot did not say whether it created the task; at ${when} it is looked for.`
    return { kind: 'later', dueAt: again, why, onPurpose: true }
  }
}

type Held = { readonly held: string }

function fillTexts(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  checked: CheckedRun,
  step: TaskStep,
): Held | { readonly subject: string; readonly text: string } {
  const values = valuesOf(deps.settings, portalId, batch, checked)
  const subject = fillText(step.subject, values)
  if ('held' in subject) return subject
  const body = fillText(step.body, values)
  return 'held' in body ? body : { subject: subject.text.slice(0, SUBJECT_LENGTH), text: body.text }
}

/** Counted like a wait of the sequence; null without a span. */
function momentAfter(
  { state, portalTimeZone }: CheckedRun,
  span: TaskStep['dueIn'],
  now: Temporal.Instant,
): Held | { readonly at: Temporal.Instant | null } {
  if (!span) return { at: null }
  const { contact, ownerTimeZone } = state
  const planned = planStep({
    definition: { steps: [{ id: 'span', kind: 'wait', ...span }], calendar: state.calendar },
    position: 0,
    at: now,
    facts: { contactTimeZone: contact.timeZone, ownerTimeZone, portalTimeZone, closeDate: null },
  })
  return planned?.status === 'held' ? { held: planned.why } : { at: planned?.dueAt ?? null }
}
