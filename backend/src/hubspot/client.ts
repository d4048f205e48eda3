import type { Clock, Sleep } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'
import type { Random } from '#core/ids.ts'
import type { Metrics } from '#core/metrics.ts'
import type { Database } from '#db/database.ts'
import { type Budget, createBudget } from './budget.ts'
import type { HubSpot, HubSpotAnswer, HubSpotCall } from './hubspot.ts'
import { judgeAnswer, type Verdict } from './judge-answer.ts'
import { type Origin, openOrigin, type Sent } from './origin.ts'
import type { RequestLog } from './request-log.ts'
import { exhaustedMs } from './retry-after.ts'
import { createSlots } from './slots.ts'

/** Where access tokens come from. */
export interface AccessTokens {
  /** A token that lives long enough for a call. Throws `installation_revoked`, `hubspot_unavailable`. */
  accessToken(portalId: number): Promise<string>
  /** HubSpot answered 401 to this token: the next one must be another. */
  refused(portalId: number, token: string): Promise<void>
  /**
   * HubSpot answered 401 again, to a fresh token. `inactive`: it has done so for long enough, the portal is given up; `another`:
   * another token is there; `doubted`: not long enough yet, the next token is asked for after a pause.
   */
  revoked(portalId: number, token: string): Promise<'inactive' | 'another' | 'doubted'>
  /** HubSpot took a token of this portal, whose tokens it had refused. Never throws. */
  accepted(portalId: number): Promise<void>
  /** HubSpot answered 403 to this token. True when another one is there, which may be allowed more: somebody reconnected. */
  replaced(portalId: number, token: string): Promise<boolean>
}

export interface HubSpotClientOptions {
  /** HUBSPOT_API_URL; only its origin counts. */
  readonly apiUrl: string
  readonly db: Database
  readonly clock: Clock
  readonly sleep: Sleep
  readonly random: Random
  readonly metrics: Metrics
  readonly requestLog: RequestLog
  readonly tokens: AccessTokens
}

/** Calls of one portal at a time in this process; HubSpot's own client uses the same number. */
const CONCURRENT = 6
const ATTEMPTS = 3
/** What a call in the background may spend on waiting, in all, before it gives the work back to its caller. */
const PATIENCE_MS = 20_000
/** However long a person's call has waited for its place: that much is left for the answer. */
const LEAST_ANSWER_MS = 1_500
const BACKOFF_MS = 1000
/** Between two tries of a portal whose renewed tokens HubSpot refuses. */
const DOUBT_MS = 60_000

interface Parts extends HubSpotClientOptions {
  readonly origin: Origin
  readonly budget: Budget
}

/**
 * HubSpot over one pool of connections. A call takes a token, then a place in the portal's budget, then goes out; it is tried
 * at most three times, and again after a failure only if it is safe or surely had no effect. It never waits longer than 20 s
 * in all, or than its `patienceMs`: what needs more is thrown as `hubspot_unavailable` with `retryAfterMs`. Calls that a person
 * waits for do not stand in line behind those of the background.
 */
export function createHubSpotClient(options: HubSpotClientOptions): HubSpot {
  const parts: Parts = { ...options, origin: openOrigin(options.apiUrl), budget: createBudget(options) }
  const background = createSlots(CONCURRENT)
  const people = createSlots(CONCURRENT)
  return {
    call(portalId, call) {
      const slots = call.patienceMs === undefined ? background : people
      return slots.run(portalId, () => perform(parts, portalId, call))
    },
    async close() {
      await parts.origin.close()
      await parts.requestLog.flush()
    },
  }
}

async function perform(parts: Parts, portalId: number, call: HubSpotCall): Promise<HubSpotAnswer> {
  let patience = call.patienceMs ?? PATIENCE_MS
  let refusals = 0
  let forbidden = false
  for (let attempt = 1; ; ) {
    const token = await parts.tokens.accessToken(portalId)
    const { waitedMs, doubted } = await parts.budget.take(portalId, call.family, patience)
    patience -= waitedMs
    const asked = parts.clock()
    const sent = await exchange(parts, portalId, call, { token, timeoutMs: timeoutOf(call, patience) })
    if (call.patienceMs !== undefined) patience -= parts.clock().since(asked).total('milliseconds')
    const verdict = judgeAnswer(call, sent, parts.clock())
    if (doubted && provesToken(verdict)) await parts.tokens.accepted(portalId)
    if (verdict.kind === 'answer') {
      await leaveAlone(parts, portalId, call, sent)
      return verdict.answer
    }
    if (verdict.kind === 'unauthorized') {
      await refuse(parts, portalId, call, token, ++refusals)
      continue
    }
    if (isForbidden(sent) && !forbidden && (await parts.tokens.replaced(portalId, token))) {
      forbidden = true
      continue
    }
    const { error, again, throttled } = verdict
    if (throttled) await parts.budget.pause(portalId, call.family, verdict.waitMs)
    const wait = verdict.waitMs + parts.random() * BACKOFF_MS * 2 ** (attempt - 1)
    if (!again || attempt >= ATTEMPTS || wait > patience) throw error
    await parts.sleep(wait)
    patience -= wait
    attempt++
  }
}

/** A person's question is given up in time; a change is not, for it may have happened. */
function timeoutOf({ patienceMs, method, repeatable }: HubSpotCall, patience: number): number | undefined {
  if (patienceMs === undefined || !(method === 'GET' || repeatable)) return undefined
  return Math.max(LEAST_ANSWER_MS, patience)
}

/** A refusal of what was asked says, as an answer does, that HubSpot knew who asked. */
function provesToken(verdict: Verdict): boolean {
  if (verdict.kind !== 'failed') return verdict.kind === 'answer'
  return verdict.error.code === 'hubspot_rejected' || verdict.error.code === 'not_found'
}

/** A token carries the permissions of its day: one from before a reconnect works on, without those that were added. */
function isForbidden(sent: Sent): boolean {
  return 'status' in sent && sent.status === 403
}

/** The first 401 asks for another token; a second one, to that other token, may mean that the app was removed. */
async function refuse(parts: Parts, portalId: number, call: HubSpotCall, token: string, refusals: number) {
  if (refusals === 1) return parts.tokens.refused(portalId, token)
  const outcome = await parts.tokens.revoked(portalId, token)
  if (outcome === 'inactive') {
    throw new AppError('installation_revoked', 'HubSpot no longer accepts our access. Reconnect the account.')
  }
  if (outcome === 'another') {
    throw new AppError('hubspot_unavailable', 'HubSpot refused our access, which was renewed meanwhile. Try again.')
  }
  await parts.budget.pause(portalId, call.family, DOUBT_MS)
  const message = 'HubSpot refuses our access although it has just renewed it. Stagecue tries again in a minute.'
  throw new AppError('hubspot_unavailable', message, { retryAfterMs: DOUBT_MS })
}

/** The last call of HubSpot's window: somebody else counts too, so everybody waits for the next window. */
async function leaveAlone(parts: Parts, portalId: number, call: HubSpotCall, sent: Sent): Promise<void> {
  const waitMs = sent.kind === 'answered' ? exhaustedMs(sent.headers) : 0
  if (waitMs > 0) await parts.budget.pause(portalId, call.family, waitMs)
}

async function exchange(
  parts: Parts,
  portalId: number,
  call: HubSpotCall,
  { token, timeoutMs }: { token: string; timeoutMs: number | undefined },
): Promise<Sent> {
  const at = parts.clock()
  const sent = await parts.origin.send({
    method: call.method,
    path: call.path,
    headers: {
      authorization: `Bearer ${token}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
  const durationMs = Math.max(0, parts.clock().since(at).total('milliseconds'))
  const status = 'status' in sent ? sent.status : null
  parts.metrics.count('hubspot_requests_total', { family: call.family, status: statusClass(status) })
  parts.metrics.observe('hubspot_request_seconds', durationMs / 1000, { family: call.family })
  parts.requestLog.add({
    portalId,
    at,
    method: call.method,
    path: call.path,
    status,
    durationMs,
    request: call.body,
    response: sent.kind === 'answered' ? sent.body : undefined,
    error: sent.kind === 'answered' ? null : sent.detail,
  })
  return sent
}

function statusClass(status: number | null): string {
  if (status === null) return 'none'
  return status === 429 ? '429' : `${Math.floor(status / 100)}xx`
}
