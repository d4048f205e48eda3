import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { readAssociationTypes } from '#hubspot/associations.ts'
import { type HubSpotProperty, readProperties } from '#hubspot/properties.ts'
import type { MappingChoices, PropertyChoice } from '#shared/contract/mapping.ts'

/**
 * The properties and association labels that the rules of a mapping may name, as HubSpot has them now: three calls, made only
 * while somebody edits rules. Sorted by what people read. Throws as `HubSpot.call`.
 */
export async function listChoices(deps: Pick<Deps, 'hubspot'>, portal: PortalContext): Promise<MappingChoices> {
  const { portalId } = portal
  const [deal, contact, types] = await Promise.all([
    readProperties(deps.hubspot, portalId, 'deals'),
    readProperties(deps.hubspot, portalId, 'contacts'),
    readAssociationTypes(deps.hubspot, portalId),
  ])
  return {
    deal: deal.map(toChoice).sort(byLabel),
    contact: contact.map(toChoice).sort(byLabel),
    labels: types.flatMap(({ label, ...type }) => (label === null ? [] : [{ ...type, label }])).sort(byLabel),
  }
}

/** HubSpot's types in ours; what is neither number, day, moment, choice nor yes-or-no is compared as text. */
const TYPES: Readonly<Record<string, PropertyChoice['type']>> = {
  number: 'number',
  date: 'date',
  datetime: 'datetime',
  enumeration: 'choices',
  bool: 'boolean',
}

function toChoice({ name, label, type, options }: HubSpotProperty): PropertyChoice {
  return { name, label, type: TYPES[type] ?? 'text', options: [...options] }
}

function byLabel(one: { readonly label: string }, other: { readonly label: string }): number {
  return one.label.localeCompare(other.label, 'en')
}
