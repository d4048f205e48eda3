import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { readAssociations } from './read-associations.ts'
import { asList, asRecord, asText } from './read-fields.ts'

/** One of HubSpot's association types: the pair is its key, the label is what people read and may be renamed. */
export interface AssociationType {
  readonly category: 'HUBSPOT_DEFINED' | 'USER_DEFINED' | 'INTEGRATOR_DEFINED'
  readonly typeId: number
  /** Null for the plain association that every pair has. */
  readonly label: string | null
}

/** The types of each association of a deal, by HubSpot's contact id, in HubSpot's order. */
export type ContactTypes = ReadonlyMap<string, readonly AssociationType[]>

/** The contacts of each deal with the labels they have there, all pages. Throws as `readAssociations`. */
export async function readContactTypes(
  hubspot: HubSpot,
  portalId: number,
  dealIds: readonly string[],
): Promise<Map<string, ContactTypes>> {
  const found = new Map<string, ContactTypes>()
  for (const [dealId, associations] of await readAssociations(hubspot, portalId, 'deals/contacts', dealIds)) {
    const contacts = new Map<string, AssociationType[]>()
    for (const { toObjectId, associationTypes } of associations) {
      const contactId = asText(toObjectId)
      if (contactId) contacts.set(contactId, [...(contacts.get(contactId) ?? []), ...readTypes(associationTypes)])
    }
    found.set(dealId, contacts)
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
