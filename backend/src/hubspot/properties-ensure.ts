import { AppError } from '#core/errors.ts'
import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText } from './read-fields.ts'

/** A property as HubSpot makes it (HubSpot docs, properties). A moment is a `datetime` shown by the field type `date`. */
export interface PropertyDefinition {
  readonly name: string
  readonly label: string
  readonly description: string
  readonly type: 'enumeration' | 'string' | 'datetime'
  readonly fieldType: 'select' | 'text' | 'date'
  readonly options?: readonly { readonly value: string; readonly label: string }[]
}

export interface PropertyGroup {
  readonly name: string
  readonly label: string
}

const CONFLICT = 409

/**
 * Sees to it that records of this type have the group and the properties: makes what is missing and adds choices a list lacks;
 * labels and texts that the account changed stay. Doing it twice changes nothing. Throws as `HubSpot.call`, and
 * `hubspot_rejected` when the account has a property of that name and of another type, which only its admin can put right.
 */
export async function ensureProperties(
  hubspot: HubSpot,
  portalId: number,
  objectType: 'contacts' | 'deals',
  group: PropertyGroup,
  definitions: readonly PropertyDefinition[],
): Promise<void> {
  const base = `/crm/properties/${API_VERSION.properties}/${objectType}`
  const found = await readDefinitions(hubspot, portalId, base, definitions)
  const missing = definitions.filter(({ name }) => !found.has(name))
  for (const definition of definitions) {
    const known = found.get(definition.name)
    if (known) await completeOptions(hubspot, portalId, base, definition, known)
  }
  if (missing.length === 0) return
  await change(hubspot, portalId, 'POST', `${base}/groups`, { ...group, displayOrder: -1 })
  for (const definition of missing) {
    await change(hubspot, portalId, 'POST', base, { ...toBody(definition), groupName: group.name })
  }
}

interface Known {
  readonly type: string | undefined
  readonly options: readonly Record<string, unknown>[]
}

/** Those of the definitions that the account has, by name. */
async function readDefinitions(
  hubspot: HubSpot,
  portalId: number,
  base: string,
  definitions: readonly PropertyDefinition[],
): Promise<Map<string, Known>> {
  const { body } = await hubspot.call(portalId, {
    method: 'POST',
    path: `${base}/batch/read`,
    body: { archived: false, inputs: definitions.map(({ name }) => ({ name })) },
    family: 'crm',
    repeatable: true,
  })
  const found = asList(asRecord(body)?.results).flatMap((value): [string, Known][] => {
    const record = asRecord(value)
    const name = asText(record?.name)
    if (!record || !name) return []
    const options = asList(record.options).map(asRecord)
    return [[name, { type: asText(record.type), options: options.filter((option) => option !== undefined) }]]
  })
  return new Map(found)
}

async function completeOptions(
  hubspot: HubSpot,
  portalId: number,
  base: string,
  definition: PropertyDefinition,
  known: Known,
): Promise<void> {
  const { name, type, options = [] } = definition
  if (known.type !== type) {
    throw new AppError(
      'hubspot_rejected',
      `HubSpot already has a property “${name}” of another kind. Ask a HubSpot admin to delete it; Stagecue then makes its own.`,
    )
  }
  const values = new Set(known.options.map((option) => asText(option.value)))
  const lacking = options.filter(({ value }) => !values.has(value))
  if (lacking.length === 0) return
  const added = lacking.map((option, index) => toOption(option, known.options.length + index))
  await change(hubspot, portalId, 'PATCH', `${base}/${name}`, { options: [...known.options, ...added] })
}

/** Repeating a creation is harmless: HubSpot answers 409 for a name that it has. */
async function change(hubspot: HubSpot, portalId: number, method: 'POST' | 'PATCH', path: string, body: unknown) {
  await hubspot.call(portalId, { method, path, body, family: 'crm', repeatable: true, accept: [CONFLICT] })
}

function toBody({ options, ...definition }: PropertyDefinition) {
  return {
    ...definition,
    ...(options ? { options: options.map(toOption) } : {}),
    hasUniqueValue: false,
    hidden: false,
    formField: false,
  }
}

function toOption({ value, label }: { readonly value: string; readonly label: string }, displayOrder: number) {
  return { value, label, displayOrder, hidden: false }
}
