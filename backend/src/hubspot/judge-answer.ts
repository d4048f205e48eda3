import { AppError } from '#core/errors.ts'
import { CATEGORY_STATUS, explainRefusal } from './explain-refusal.ts'
import type { HubSpotAnswer, HubSpotCall } from './hubspot.ts'
import type { AnswerHeaders, Sent } from './origin.ts'
import { describeProblem, isErrorBody, readProblem } from './problem.ts'
import { readRetryAfter, throttleMs } from './retry-after.ts'

/** What a call does next. `waitMs` is the least time before another try; `throttled` means for the whole portal. */
export type Verdict =
  | { readonly kind: 'answer'; readonly answer: HubSpotAnswer }
  | { readonly kind: 'unauthorized' }
  | {
      readonly kind: 'failed'
      readonly error: AppError
      /** Whether the same call may be sent again right away. */
      readonly again: boolean
      readonly waitMs: number
      readonly throttled: boolean
    }

/** HubSpot docs, error handling: a locked resource (423) stays locked for 2 s at least. */
const LOCKED_MS = 2000
/** HubSpot docs: 477, the portal is being moved to another data center; it says for how long, up to a day. */
const MIGRATING = 477
const MIGRATING_MS = 600_000

/** Reads what came back. Pure. A call is repeated only when it is safe, or when HubSpot surely did nothing with it. */
export function judgeAnswer(call: HubSpotCall, sent: Sent, now: Temporal.Instant): Verdict {
  const safe = call.method === 'GET' || call.repeatable
  if (sent.kind === 'not_sent') return unavailable('HubSpot cannot be reached.', sent.detail, true)
  if (sent.kind === 'lost') return unavailable('HubSpot did not answer in time.', sent.detail, safe)
  const { status, headers } = sent
  if (status === 401) return { kind: 'unauthorized' }
  if (status === 429 || status === 423 || status === MIGRATING || status >= 500) {
    return refusedForNow(sent.kind === 'answered' ? sent.body : undefined, status, headers, now, safe)
  }
  if (sent.kind === 'unreadable') return unavailable('HubSpot sent an answer we cannot read.', sent.detail, safe)
  const { body } = sent
  if (call.accept?.includes(status)) return { kind: 'answer', answer: { status, body } }
  if (status >= 400) return { ...final, error: explainRefusal(status, readProblem(body)) }
  if (status >= 300) return unavailable('HubSpot sent us elsewhere.', `status ${status}`, safe)
  if (isErrorBody(body)) return failedWith200(body, headers, now, safe)
  if (body === undefined && status !== 204 && status !== 202) {
    return unavailable('HubSpot sent an empty answer.', `status ${status}`, safe)
  }
  return { kind: 'answer', answer: { status, body } }
}

const final = { kind: 'failed', again: false, waitMs: 0, throttled: false } as const

/** 429, 423 and 477 did nothing, so anything may be sent again; a 5xx may have. */
function refusedForNow(
  body: unknown,
  status: number,
  headers: AnswerHeaders,
  now: Temporal.Instant,
  safe: boolean,
): Verdict {
  const problem = readProblem(body)
  const told = readRetryAfter(headers, now)
  const cause = new Error(describeProblem(status, problem))
  const wait = (waitMs: number, message: string, again = true): Verdict => {
    const error = new AppError('hubspot_unavailable', message, {
      cause,
      uncertain: !again,
      ...(waitMs > 0 ? { retryAfterMs: waitMs } : {}),
    })
    return { kind: 'failed', error, again, waitMs, throttled: status === 429 }
  }
  if (status === 429) {
    return wait(
      throttleMs(headers, problem.policyName, problem.message, now),
      'HubSpot asked us to slow down. Try again in a moment.',
    )
  }
  if (status === 423) return wait(Math.max(LOCKED_MS, told ?? 0), 'HubSpot has locked this record. Try again shortly.')
  if (status === MIGRATING) {
    return wait(told ?? MIGRATING_MS, 'HubSpot is moving this account to another data center. Work goes on after that.')
  }
  return wait(told ?? 0, 'HubSpot has a problem at the moment. Try again in a few minutes.', safe)
}

/** Some of HubSpot's gateways answer 200 with an error inside; its category says what it would have been. */
function failedWith200(body: unknown, headers: AnswerHeaders, now: Temporal.Instant, safe: boolean): Verdict {
  const problem = readProblem(body)
  const { category } = problem
  if (category.startsWith('RATE_LIMIT')) return refusedForNow(body, 429, headers, now, safe)
  if (category === 'INVALID_AUTHENTICATION' || category === 'EXPIRED_AUTHENTICATION') return { kind: 'unauthorized' }
  const status = CATEGORY_STATUS[category]
  if (status) return { ...final, error: explainRefusal(status, problem) }
  return unavailable('HubSpot reported a failure.', describeProblem(200, problem), safe)
}

function unavailable(message: string, detail: string, again: boolean): Verdict {
  const error = new AppError('hubspot_unavailable', `${message} Try again in a moment.`, {
    cause: new Error(detail),
    uncertain: !again,
  })
  return { kind: 'failed', error, again, waitMs: 0, throttled: false }
}
