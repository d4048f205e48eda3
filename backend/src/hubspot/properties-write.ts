import { AppError, isAppError } from '#core/errors.ts'
import { CATEGORY_STATUS, explainRefusal } from './explain-refusal.ts'
import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { describeProblem, readProblem } from './problem.ts'
import { asList, asRecord, asText } from './read-fields.ts'

export interface PropertyWrite {
  /** HubSpot's id of the record. */
  readonly id: string
  /** All values are text; an empty one clears the property. */
  readonly properties: Readonly<Record<string, string>>
}

export interface WriteResult {
  readonly written: readonly string[]
  /** HubSpot will never take these: the record is gone, or it refuses the values. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[]
  /** What stopped us before the rest; undefined when every one was settled. */
  readonly stoppedBy: AppError | undefined
}

/** A batch update takes 100 inputs (HubSpot docs, CRM objects). */
export const WRITE_BATCH = 100

/** So many records refused one by one, and none taken: that is not the fault of single records. */
const SUSPICIOUS = 3

/**
 * Sets properties of up to 100 records in one call. When HubSpot refuses the batch or a part of it, the rest goes in halves
 * until a bad one stands alone; with `halve` false a refused batch stops everything, so that its cause can be looked into
 * first. Writing the same values again changes nothing at HubSpot, so a repeat is harmless.
 */
export async function writeProperties(
  hubspot: HubSpot,
  portalId: number,
  objectType: 'contacts' | 'deals',
  writes: readonly PropertyWrite[],
  { halve }: { halve: boolean },
): Promise<WriteResult> {
  const written: string[] = []
  const refused: { id: string; reason: string }[] = []
  let suspicious = 0
  const waiting = [writes]
  for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
    const [only] = batch
    if (!only) continue
    const alone = batch.length === 1
    try {
      const answer = await writeBatch(hubspot, portalId, objectType, batch)
      const taken = new Set(answer.taken)
      const left = batch.filter(({ id }) => !taken.has(id))
      written.push(...batch.map(({ id }) => id).filter((id) => taken.has(id)))
      if (!alone) waiting.unshift(...inHalves(left))
      else if (left.length > 0) throw explainLeftOut(answer.errors)
    } catch (error) {
      if (!isAppError(error)) throw error
      const gone = error.code === 'not_found'
      if (!gone && (error.code !== 'hubspot_rejected' || !halve)) return { written, refused, stoppedBy: error }
      if (alone && !gone && written.length === 0 && ++suspicious >= SUSPICIOUS) {
        return { written, refused: [], stoppedBy: error }
      }
      if (alone) refused.push({ id: only.id, reason: error.message })
      else waiting.unshift(...inHalves(batch))
    }
  }
  return { written, refused, stoppedBy: undefined }
}

/** Why HubSpot left out the only input of a batch: not every part of a 207 that failed is gone. */
function explainLeftOut(errors: readonly unknown[]): AppError {
  const problem = readProblem(errors[0])
  const status = errors.length === 0 ? 404 : CATEGORY_STATUS[problem.category]
  if (status === 404) return new AppError('not_found', 'HubSpot does not know this record any more.')
  if (status !== undefined) return explainRefusal(status, problem)
  return new AppError('hubspot_unavailable', 'HubSpot reported a failure. Try again in a moment.', {
    cause: new Error(describeProblem(207, problem)),
  })
}

async function writeBatch(
  hubspot: HubSpot,
  portalId: number,
  objectType: 'contacts' | 'deals',
  batch: readonly PropertyWrite[],
): Promise<{ taken: readonly string[]; errors: readonly unknown[] }> {
  const { status, body } = await hubspot.call(portalId, {
    method: 'POST',
    path: `/crm/objects/${API_VERSION.objects}/${objectType}/batch/update`,
    body: { inputs: batch },
    family: 'crm',
    repeatable: true,
  })
  const answer = asRecord(body)
  const errors = asList(answer?.errors)
  if (status !== 207 && errors.length === 0) return { taken: batch.map(({ id }) => id), errors }
  return { taken: asList(answer?.results).flatMap((result) => asText(asRecord(result)?.id) ?? []), errors }
}

function inHalves(batch: readonly PropertyWrite[]): (readonly PropertyWrite[])[] {
  if (batch.length <= 1) return [batch]
  const middle = Math.ceil(batch.length / 2)
  return [batch.slice(0, middle), batch.slice(middle)]
}
