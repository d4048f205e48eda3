/** What a summary needs of a stored event; the payload is as HubSpot sent it. */
export interface Summarizable {
  readonly subscriptionType: string
  readonly objectId: string
  readonly payload: Record<string, unknown>
}

const OBJECT_TYPES: Record<string, string> = { '0-3': 'Deal', '0-1': 'Contact', deal: 'Deal', contact: 'Contact' }

/** What an event says, in words: "Deal 124 moved to stage Demo scheduled". `stageLabels` is by stage id. Pure. */
export function summarizeEvent(event: Summarizable, stageLabels: ReadonlyMap<string, string>): string {
  const { subscriptionType, objectId, payload } = event
  const [prefix = '', action = ''] = subscriptionType.split('.')
  const object = `${OBJECT_TYPES[String(payload.objectTypeId)] ?? OBJECT_TYPES[prefix] ?? 'Record'} ${objectId}`
  switch (action) {
    case 'propertyChange':
      return describeChange(object, payload, stageLabels)
    case 'creation':
      return `${object} was created`
    case 'deletion':
      return `${object} was deleted`
    case 'restore':
      return `${object} was restored`
    case 'merge':
      return `${object} was merged with another record`
    case 'associationChange':
      return describeAssociation(payload)
    case 'privacyDeletion':
      return `${object} was deleted for privacy`
    default:
      return `${object}: ${subscriptionType}`
  }
}

function describeChange(object: string, payload: Record<string, unknown>, labels: ReadonlyMap<string, string>): string {
  const { propertyName, propertyValue } = payload
  if (propertyName !== 'dealstage') return `${object}: ${text(propertyName) ?? 'a property'} changed`
  const stageId = text(propertyValue)
  return `${object} moved to stage ${stageId ? (labels.get(stageId) ?? stageId) : '(none)'}`
}

function describeAssociation(payload: Record<string, unknown>): string {
  const [fromName, toName] = (text(payload.associationType) ?? '').toLowerCase().split('_to_')
  const from = endOf(payload.fromObjectTypeId, fromName, payload.fromObjectId)
  const to = endOf(payload.toObjectTypeId, toName, payload.toObjectId)
  return payload.associationRemoved === true ? `${to} was removed from ${from}` : `${to} was added to ${from}`
}

function endOf(typeId: unknown, name: string | undefined, id: unknown): string {
  const type = OBJECT_TYPES[String(typeId)] ?? OBJECT_TYPES[name ?? ''] ?? 'record'
  return `${type.toLowerCase()} ${text(id) ?? '(unknown)'}`.replace(/^./, (letter) => letter.toUpperCase())
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
