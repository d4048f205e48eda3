import type { Trx } from '#db/database.ts'
import { listPlacedStages } from '#modules/places/list-placed-stages.ts'
import { type NamedProperties, namedProperties } from './named-properties.ts'
import { listActiveRules } from './repository.ts'

/** What of HubSpot the portal's mappings need: nothing is asked that no mapping names. */
export interface ReadingPlan extends NamedProperties {
  /** Whether the contacts of a deal matter, by where it is now and which stages it entered. */
  readonly needsContacts: (
    deal: { readonly pipelineId: string | null; readonly stageId: string | null },
    enteredStages: readonly string[],
  ) => boolean
}

/** Reads the plan from the mappings that are switched on and from the stages that lead to a place, in two queries. */
export async function getReadingPlan(trx: Trx, portalId: number): Promise<ReadingPlan> {
  const rules = await listActiveRules(trx, portalId)
  const mapped = new Set(rules.map(({ pipelineId, stageId }) => `${pipelineId}/${stageId}`))
  const passing = new Set(
    rules.filter(({ policy }) => policy.passingThrough === 'enroll').map(({ stageId }) => stageId),
  )
  const placed = new Set(
    (await listPlacedStages(trx, portalId)).map(({ pipelineId, stageId }) => `${pipelineId}/${stageId}`),
  )
  const named = rules.map(({ policy }) => namedProperties(policy))
  return {
    needsContacts: ({ pipelineId, stageId }, entered) =>
      mapped.has(`${pipelineId}/${stageId}`) ||
      (placed.has(`${pipelineId}/${stageId}`) && stageId !== null && entered.includes(stageId)) ||
      entered.some((id) => passing.has(id)),
    deal: new Set(named.flatMap(({ deal }) => [...deal])),
    contact: new Set(named.flatMap(({ contact }) => [...contact])),
  }
}
