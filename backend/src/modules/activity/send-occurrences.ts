import { type AppError, isAppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { API_VERSION } from '#hubspot/family.ts'
import type { Occurrence } from './to-occurrence.ts'

export interface SendResult {
  readonly published: readonly string[]
  /** HubSpot will never take these. */
  readonly failed: readonly { readonly id: string; readonly reason: string }[]
  /** HubSpot itself failed at these, alone or among others, while it took others. */
  readonly passedOver: readonly string[]
  /** What stopped us before the rest, or kept some of them; undefined when every one was settled or time ran out. */
  readonly stoppedBy: AppError | undefined
}

const PATH = `/integrators/timeline/${API_VERSION.timeline}/events`
const CONFLICT = 409

/** Failures one after another when a single bad one of 500 is looked for in halves, twice: two may follow each other. */
const MOST_FAILURES = 20

/**
 * Hands occurrences to HubSpot in one call. When HubSpot refuses the batch or a part of it, the rest goes in halves until a
 * bad one stands alone, so that it does not hold the others back, and a batch that is only too large finds its size.
 * `careful`, after HubSpot has failed for some time: the newest goes alone; when HubSpot takes it, a batch at which it fails
 * goes in halves too, and one that fails alone is passed over. Of such halves the newer goes next and the older last, so that
 * soon something is taken, wherever the bad ones are, and neighbors among them do not look like an outage. Sending one again
 * is harmless: HubSpot answers 409 for an id it has. Stops at `deadline`, before somebody else may take over.
 */
export async function sendOccurrences(
  deps: Pick<Deps, 'hubspot' | 'clock'>,
  portalId: number,
  occurrences: readonly Occurrence[],
  { deadline, careful }: { deadline: Temporal.Instant; careful: boolean },
): Promise<SendResult> {
  const published: string[] = []
  const failed: { id: string; reason: string }[] = []
  const doubtful = new Set<string>()
  const settled = (stoppedBy: AppError | undefined): SendResult => {
    const known = new Set([...published, ...failed.map(({ id }) => id)])
    return { published, failed, passedOver: [...doubtful].filter((id) => !known.has(id)), stoppedBy }
  }
  const waiting = careful ? [occurrences.slice(-1), occurrences.slice(0, -1)] : [occurrences]
  let failure: AppError | undefined
  let failures = 0
  for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
    if (batch.length === 0) continue
    if (Temporal.Instant.compare(deps.clock(), deadline) >= 0) break
    try {
      const taken = new Set(await sendBatch(deps, portalId, batch))
      published.push(...taken)
      waiting.unshift(...halve(batch.filter((occurrence) => !taken.has(occurrence.id))))
      failures = 0
    } catch (error) {
      if (!isAppError(error)) throw error
      const [only] = batch.length === 1 ? batch : []
      if (!isRefusal(error)) {
        const mayBeTheBatch = careful && published.length > 0 && isFault(error) && ++failures <= MOST_FAILURES
        if (!mayBeTheBatch) return settled(error)
        failure = error
        for (const { id } of batch) doubtful.add(id)
        const [older = [], newer = []] = only ? [] : halve(batch)
        waiting.unshift(newer)
        waiting.push(older)
      } else if (only) failed.push({ id: only.id, reason: error.message })
      else waiting.unshift(...halve(batch))
    }
  }
  return settled(failure)
}

/** HubSpot failed without asking us to wait. */
function isFault(error: AppError): boolean {
  return error.code === 'hubspot_unavailable' && error.retryAfterMs === undefined
}

/** The ids that HubSpot has now. One alone goes to the single endpoint, whose 409 means: that one is there already. */
async function sendBatch(
  deps: Pick<Deps, 'hubspot'>,
  portalId: number,
  batch: readonly Occurrence[],
): Promise<readonly string[]> {
  const [only] = batch
  if (batch.length === 1 && only) {
    await deps.hubspot.call(portalId, post(PATH, only))
    return [only.id]
  }
  const answer = await deps.hubspot.call(portalId, post(`${PATH}/batch`, { inputs: batch }))
  return takenOf(answer.status, answer.body, batch)
}

function halve(batch: readonly Occurrence[]): (readonly Occurrence[])[] {
  if (batch.length <= 1) return [batch]
  const middle = Math.ceil(batch.length / 2)
  return [batch.slice(0, middle), batch.slice(middle)]
}

function post(path: string, body: unknown) {
  return { method: 'POST', path, body, family: 'timeline', repeatable: true, accept: [CONFLICT] } as const
}

/** This input is wrong, or its record is gone; another try changes nothing. */
function isRefusal(error: AppError): boolean {
  return error.code === 'hubspot_rejected' || error.code === 'not_found'
}

/** The ids a batch answer vouches for: all after a plain success, the listed ones after a partial one (207 or errors). */
function takenOf(status: number, body: unknown, occurrences: readonly Occurrence[]): string[] {
  if (status === CONFLICT) return []
  const partial =
    status === 207 || (isObject(body) && (listOf(body.errors).length > 0 || Number(body.numErrors ?? 0) > 0))
  if (!partial) return occurrences.map((occurrence) => occurrence.id)
  const results = isObject(body) ? listOf(body.results) : []
  return results.flatMap((result) => (isObject(result) && typeof result.id === 'string' ? [result.id] : []))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
