import { inPortal } from '#db/in-portal.ts'
import { putToPlace } from '#modules/places/put-to-place.ts'
import { MISSING_STEP, type Perform } from './performer.ts'
import type { Settlement } from './settle-runs.ts'

const GONE = 'The place this step names is not on the list any more. Put it back in the settings, or skip the step.'

/** Puts each run's contact to a place of our own pipeline; doing it once more changes nothing. */
export const performSetPlace: Perform = async (deps, { portalId }, _batch, runs) => {
  const settlements: Settlement[] = []
  for (const { run, state } of runs) {
    const { step, dealId, personId: contactId } = state
    if (step?.kind !== 'set_place') {
      settlements.push({ run, outcome: MISSING_STEP })
      continue
    }
    const move = { dealId, contactId, placeId: step.stageId, at: deps.clock() }
    const place = await inPortal(deps.db, portalId, (trx) => putToPlace(trx, portalId, move))
    const told = `the contact is at “${place}”`
    const why = `The contact was put to “${place}”.`
    settlements.push({
      run,
      outcome:
        place === undefined
          ? { kind: 'held', why: GONE }
          : { kind: 'moved_on', leadsTo: 'next', why, told, happened: true },
    })
  }
  return settlements
}
