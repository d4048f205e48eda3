import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { HubSpot, HubSpotCall } from '#hubspot/hubspot.ts'
import { publishTimeline } from '#modules/activity/publish-timeline.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { hasDeal, person } from '#test/support/configured-portal.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

export interface Input {
  id: string
  objectId: string
  eventTypeName: string
  properties: Record<string, unknown>
}

export const BATCH = '/integrators/timeline/2026-03/events/batch'

/** HubSpot's timeline: refuses a whole batch that holds a bad event, answers 409 for an id it has. */
class Timeline implements HubSpot {
  readonly calls: HubSpotCall[] = []
  readonly events = new Map<string, Input>()
  /** Object ids HubSpot does not know. */
  readonly gone = new Set<string>()
  /** At these HubSpot itself fails, each time. */
  readonly poison = new Set<string>()
  /** Thrown by the next calls. */
  readonly failures: AppError[] = []
  /** Happens during a call, before its answer. */
  during: (() => Promise<unknown>) | undefined

  async call(_portalId: number, call: HubSpotCall) {
    this.calls.push(call)
    const during = this.during
    this.during = undefined
    await during?.()
    const failure = this.failures.shift()
    if (failure) throw failure
    const inputs = call.path === BATCH ? (call.body as { inputs: Input[] }).inputs : [call.body as Input]
    if (inputs.some((input) => this.poison.has(input.objectId))) throw unavailable()
    if (inputs.some((input) => this.gone.has(input.objectId))) {
      throw new AppError('hubspot_rejected', 'HubSpot does not know the record.')
    }
    if (call.path !== BATCH && inputs.some((input) => this.events.has(input.id))) return { status: 409, body: {} }
    const results = inputs.filter((input) => !this.events.has(input.id))
    for (const input of results) this.events.set(input.id, input)
    const status = results.length < inputs.length ? 207 : 201
    return { status, body: { results: results.map(({ id }) => ({ id })), numErrors: inputs.length - results.length } }
  }
  async close() {}
}

/** A portal with a deal, whose HubSpot is a timeline alone. */
export async function openTimeline({ db }: TestDatabase) {
  const clock = new TestClock()
  const timeline = new Timeline()
  const deps = makeDeps({ db, clock, hubspot: timeline })
  const portalId = await newPortal(db, clock)
  const portal = person(portalId)
  await hasDeal(deps, portalId)
  const happens = (dealId = '124') =>
    inPortal(db, portalId, (trx) =>
      recordActivity(deps, trx, portal, {
        kind: 'enrollment.paused',
        dealId,
        contactId: '51',
        timeline: { event: 'paused', properties: { sequence: 'Demo follow-up', reason: 'Paused by a person' } },
      }),
    )
  const entries = () =>
    inPortal(db, portalId, (trx) =>
      trx
        .selectFrom('timelineEntries')
        .select(['objectId', 'status', 'reason'])
        .orderBy('objectId')
        .orderBy('status')
        .execute(),
    )
  const statuses = async () => (await entries()).map((entry) => entry.status).sort()
  const lanes = () => inPortal(db, portalId, (trx) => trx.selectFrom('lanes').select(['dueAt', 'attempts']).execute())
  // Other tests' portals share the database: each looks only at the portal after it.
  const publish = () => {
    // Entries gather for three seconds.
    clock.passes({ seconds: 3 })
    return publishTimeline(deps, { afterPortal: portalId - 1 })
  }
  return { clock, deps, portalId, timeline, happens, entries, statuses, lanes, publish }
}

export const unavailable = (retryAfterMs?: number) =>
  new AppError('hubspot_unavailable', 'HubSpot does not answer.', retryAfterMs ? { retryAfterMs } : {})
