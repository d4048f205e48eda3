import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import type { Places, SavePlaces } from '#shared/contract/place.ts'
import { readPlaces } from './list-places.ts'
import { replacePlaces } from './repository.ts'

/**
 * Saves the list of places as it should be. Throws `invalid_input` for an id or a name that comes twice, and `outdated` when
 * somebody saved another list since.
 */
export async function savePlaces(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  { places: given, revision, idempotencyKey }: SavePlaces,
): Promise<Places> {
  const places = given.map(({ id, name, stages = [] }) => ({ id, name: cleanName(name), stages }))
  refuseTwice(places)
  const change = { key: idempotencyKey, operation: 'places.save', input: { places, revision } }
  return once(deps, portal, change, async (trx) => {
    await takeRevision(deps, trx, portal.portalId, { kind: 'places' }, { revision })
    await replacePlaces(trx, portal.portalId, places)
    await recordActivity(deps, trx, portal, { kind: 'places.saved', data: { count: places.length } })
    return readPlaces(trx, portal.portalId)
  })
}

function cleanName(text: string): string {
  const name = text.trim().replace(/\s+/g, ' ')
  if (name !== '' && name.isWellFormed() && !/\p{Cc}/u.test(name)) return name
  throw new AppError('invalid_input', 'Give every place a name.', { field: 'places' })
}

function refuseTwice(places: Places['places']): void {
  const ids = new Set<string>()
  const names = new Set<string>()
  const stages = new Set<string>()
  for (const { id, name, stages: own = [] } of places) {
    if (ids.has(id) || names.has(name.toLowerCase())) {
      throw new AppError('invalid_input', `The place “${name}” is on the list twice.`, { field: 'places' })
    }
    for (const { pipelineId, stageId } of own) {
      const stage = JSON.stringify([pipelineId, stageId])
      if (stages.has(stage)) {
        const sentence = `A stage leads to “${name}” and to another place. It can lead to one only.`
        throw new AppError('invalid_input', sentence, { field: 'places' })
      }
      stages.add(stage)
    }
    ids.add(id)
    names.add(name.toLowerCase())
  }
}
