import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText } from './read-fields.ts'
import { refusePartial } from './refuse-partial.ts'

/** A batch read of associations takes 1,000 inputs (HubSpot docs, associations). */
const BATCH = 1000

/** One of HubSpot's association types: the pair is its key, the label is what people read and may be renamed. */
export interface AssociationType {
  readonly category: 'HUBSPOT_DEFINED' | 'USER_DEFINED' | 'INTEGRATOR_DEFINED'
  readonly typeId: number
  /** Null for the plain association that every pair has. */
  readonly label: string | null
}

/** The types of each association of a deal, by HubSpot's contact id, in HubSpot's order. */
export type ContactTypes = ReadonlyMap<string, readonly AssociationType[]>

/**
 * The contacts of each deal with the labels they have there, all pages. A deal without contacts has an empty map: HubSpot
 * answers it as an error inside a 207. Throws as `HubSpot.call`.
 */
export async function readContactTypes(
  hubspot: HubSpot,
  portalId: number,
  dealIds: readonly string[],
): Promise<Map<string, ContactTypes>> {
  const found = new Map(dealIds.map((id) => [id, new Map<string, AssociationType[]>()]))
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
        if (!contactId) continue
        contacts.set(contactId, [...(contacts.get(contactId) ?? []), ...readTypes(asRecord(to)?.associationTypes)])
      }
      const after = asText(asRecord(asRecord(record?.paging)?.next)?.after)
      if (after) inputs.push({ id: dealId, after })
    }
  }
  return found
}

/** The same without the labels: HubSpot's contact ids of each deal. */
export async function readDealContacts(
  hubspot: HubSpot,
  portalId: number,
  dealIds: readonly string[],
): Promise<Map<string, string[]>> {
  const found = await readContactTypes(hubspot, portalId, dealIds)
  return new Map([...found].map(([dealId, contacts]) => [dealId, [...contacts.keys()]]))
}

/** The association types HubSpot has from deals to contacts, labeled and plain ones. Throws as `HubSpot.call`. */
export async function readAssociationTypes(hubspot: HubSpot, portalId: number): Promise<AssociationType[]> {
  const answer = await hubspot.call(portalId, {
    method: 'GET',
    path: `/crm/associations/${API_VERSION.associations}/deals/contacts/labels`,
    family: 'associations',
    repeatable: true,
  })
  return readTypes(asRecord(answer.body)?.results)
}

const CATEGORIES = ['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED'] as const

function readTypes(value: unknown): AssociationType[] {
  return asList(value).flatMap((entry) => {
    const record = asRecord(entry)
    const category = CATEGORIES.find((known) => known === record?.category)
    const typeId = Number(asText(record?.typeId))
    return category && Number.isSafeInteger(typeId) && typeId > 0
      ? [{ category, typeId, label: asText(record?.label) ?? null }]
      : []
  })
}
