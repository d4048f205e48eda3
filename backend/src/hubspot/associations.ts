import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText } from './read-fields.ts'
import { refusePartial } from './refuse-partial.ts'

/** A batch read of associations takes 1,000 inputs (HubSpot docs, associations). */
const BATCH = 1000

/**
 * The contacts of each deal, in HubSpot's order, all pages. A deal without contacts has an empty list: HubSpot answers it as
 * an error inside a 207. Throws as `HubSpot.call`.
 */
export async function readDealContacts(
  hubspot: HubSpot,
  portalId: number,
  dealIds: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>(dealIds.map((id) => [id, []]))
  let inputs: { id: string; after?: string }[] = dealIds.map((id) => ({ id }))
  while (inputs.length > 0) {
    const batch = inputs.slice(0, BATCH)
    const answer = await hubspot.call(portalId, {
      method: 'POST',
      path: `/crm/associations/${API_VERSION.associations}/deals/contacts/batch/read`,
      body: { inputs: batch },
      family: 'associations',
      repeatable: true,
    })
    refusePartial(answer.body)
    inputs = inputs.slice(BATCH)
    for (const result of asList(asRecord(answer.body)?.results)) {
      const record = asRecord(result)
      const dealId = asText(asRecord(record?.from)?.id)
      const contacts = dealId ? found.get(dealId) : undefined
      if (!dealId || !contacts) continue
      for (const to of asList(record?.to)) {
        const contactId = asText(asRecord(to)?.toObjectId)
        if (contactId && !contacts.includes(contactId)) contacts.push(contactId)
      }
      const after = asText(asRecord(asRecord(record?.paging)?.next)?.after)
      if (after) inputs.push({ id: dealId, after })
    }
  }
  return found
}
