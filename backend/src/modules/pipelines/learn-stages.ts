import type { PortalContext } from '#core/context.ts'
import { isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { claimRefresh } from './claim-refresh.ts'
import { findReading, listStageRecords } from './repository.ts'

/** A stage that a deal was in, and since when. */
export interface SeenStage {
  readonly stageId: string
  readonly enteredAt: Temporal.Instant
}

/** HubSpot's clock and ours may differ by so much. */
const TOLERANCE = Temporal.Duration.from({ minutes: 1 })
/** How long to wait for another process that reads the pipelines, in milliseconds. */
const PATIENCE_MS = 3_000
const PAUSE_MS = 200

/**
 * Reads the pipelines before deals are judged that were in a stage we do not know: somebody made it since they were read. A
 * stage that HubSpot did not list after the deal was in it is none of its pipelines' any more, and is not asked for again.
 * When HubSpot cannot be asked the deals are judged without its place in the order. Pipelines that were never read are left
 * to `keepPipelines`.
 */
export async function learnStages(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'hubspot' | 'sleep' | 'log'>,
  portal: PortalContext,
  seen: readonly SeenStage[],
): Promise<void> {
  if (seen.length === 0) return
  const { portalId } = portal
  const reading = await inPortal(deps.db, portalId, async (trx) => ({
    ...(await findReading(trx, portalId)),
    known: await listStageRecords(trx, portalId),
  }))
  const { pipelinesRefreshedAt: readAt } = reading
  if (!readAt) return
  const known = new Set(reading.known.filter(({ archived }) => !archived).map(({ stageId }) => stageId))
  const since = readAt.subtract(TOLERANCE)
  const isNews = ({ stageId, enteredAt }: SeenStage) =>
    !known.has(stageId) && Temporal.Instant.compare(enteredAt, since) > 0
  if (!seen.some(isNews)) return
  try {
    if (!(await claimRefresh(deps, portal))) await waitForReading(deps, portalId)
  } catch (error) {
    if (!isAppError(error)) throw error
    deps.log.warn({ portalId, code: error.code }, 'pipelines were not read')
  }
}

/** Somebody asked in the last minute: either the answer is here, and names no such stage, or it comes in a moment. */
async function waitForReading(deps: Pick<Deps, 'db' | 'sleep'>, portalId: number): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += PAUSE_MS) {
    const reading = await inPortal(deps.db, portalId, (trx) => findReading(trx, portalId))
    const { pipelinesAskedAt: askedAt = null, pipelinesRefreshedAt: readAt = null } = reading ?? {}
    if (!askedAt || (readAt && Temporal.Instant.compare(readAt, askedAt) >= 0)) return
    await deps.sleep(PAUSE_MS)
  }
}
