import { AppError } from '#core/errors.ts'
import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText } from './read-fields.ts'
import { refusePartial } from './refuse-partial.ts'

/** A batch read of associations takes 1,000 inputs (HubSpot docs, associations). */
const BATCH = 1000
/** Pages of one record: 50,000 associations where HubSpot fills them, more than it lets most records have. */
const MOST_PAGES = 100

/** An association as HubSpot lists it, with its `toObjectId`. */
export type Association = Readonly<Record<string, unknown>>

export type AssociationPair = 'deals/contacts' | 'contacts/meetings' | 'deals/tasks' | 'deals/emails'

/**
 * What each record is associated with, all pages; a record without any has an empty list: HubSpot answers it as an error
 * inside a 207. Throws as `HubSpot.call`; `hubspot_unavailable` when a page leads back to an earlier one, `hubspot_rejected`
 * when a record has more than 100 pages.
 */
export async function readAssociations(
  hubspot: HubSpot,
  portalId: number,
  pair: AssociationPair,
  ids: readonly string[],
): Promise<Map<string, Association[]>> {
  const found = new Map(ids.map((id) => [id, [] as Association[]]))
  const cursors = new Map<string, Set<string>>()
  let inputs: { id: string; after?: string }[] = [...found.keys()].map((id) => ({ id }))
  while (inputs.length > 0) {
    const { body } = await hubspot.call(portalId, {
      method: 'POST',
      path: `/crm/associations/${API_VERSION.associations}/${pair}/batch/read`,
      body: { inputs: inputs.slice(0, BATCH) },
      family: 'associations',
      repeatable: true,
    })
    refusePartial(body)
    inputs = inputs.slice(BATCH)
    for (const result of asList(asRecord(body)?.results).map(asRecord)) {
      const id = asText(asRecord(result?.from)?.id)
      const associations = id ? found.get(id) : undefined
      if (!id || !associations) continue
      for (const to of asList(result?.to).map(asRecord)) if (to) associations.push(to)
      const after = asText(asRecord(asRecord(result?.paging)?.next)?.after)
      if (after === undefined) continue
      cursors.set(id, turn(pair, id, cursors.get(id) ?? new Set(), after))
      inputs.push({ id, after })
    }
  }
  return found
}

/** The cursors of a record with the one that leads to its next page. */
function turn(pair: AssociationPair, id: string, seen: Set<string>, after: string): Set<string> {
  if (seen.has(after)) {
    throw new AppError('hubspot_unavailable', 'HubSpot began a list of associations anew. It is asked again later.', {
      cause: new Error(`cursor ${after} of ${pair} ${id} came twice`),
    })
  }
  seen.add(after)
  if (seen.size < MOST_PAGES) return seen
  const [from, to] = pair.split('/')
  throw new AppError(
    'hubspot_rejected',
    `HubSpot lists more than ${MOST_PAGES} pages of ${to} for the record ${id} (${from}), and Stagecue reads no more. Remove associations that are not needed.`,
  )
}
