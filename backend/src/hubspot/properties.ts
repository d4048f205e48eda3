import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText } from './read-fields.ts'

/** The definition of a property, as far as a condition needs it. */
export interface HubSpotProperty {
  /** HubSpot's internal name, which never changes. */
  readonly name: string
  readonly label: string
  /** HubSpot's word: `string`, `number`, `date`, `datetime`, `enumeration`, `bool`, … */
  readonly type: string
  /** The choices of an enumeration, hidden ones left out. */
  readonly options: readonly { readonly label: string; readonly value: string }[]
}

/** All properties of deals or of contacts that HubSpot shows, in one call. Throws as `HubSpot.call`. */
export async function readProperties(
  hubspot: HubSpot,
  portalId: number,
  objectType: 'deals' | 'contacts',
): Promise<HubSpotProperty[]> {
  const answer = await hubspot.call(portalId, {
    method: 'GET',
    path: `/crm/properties/${API_VERSION.properties}/${objectType}`,
    family: 'crm',
    repeatable: true,
  })
  return asList(asRecord(answer.body)?.results).flatMap((value) => {
    const record = asRecord(value)
    const name = asText(record?.name)
    if (!name || record?.hidden === true || record?.archived === true) return []
    return [
      {
        name,
        label: asText(record?.label) ?? name,
        type: asText(record?.type) ?? 'string',
        options: readOptions(record?.options),
      },
    ]
  })
}

function readOptions(value: unknown): { label: string; value: string }[] {
  return asList(value).flatMap((option) => {
    const record = asRecord(option)
    const text = asText(record?.value)
    return text && record?.hidden !== true ? [{ label: asText(record?.label) ?? text, value: text }] : []
  })
}
