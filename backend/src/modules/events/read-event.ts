/** What an event is about, in our words. Both of HubSpot's shapes (`object.*` with a type id, and legacy) read the same. */
export type Topic =
  | { readonly kind: 'stage_changed'; readonly stageId: string }
  | { readonly kind: 'deal_created' }
  | { readonly kind: 'deal_deleted' }
  | { readonly kind: 'deal_restored' }
  | { readonly kind: 'deal_merged'; readonly into: string; readonly merged: readonly string[] }
  | { readonly kind: 'contact_added'; readonly contactId: string }
  | { readonly kind: 'contact_removed'; readonly contactId: string }
  | { readonly kind: 'contact_deleted'; readonly contactId: string }
  | { readonly kind: 'contact_erased'; readonly contactId: string }
  | {
      readonly kind: 'contact_merged'
      readonly into: string
      readonly merged: readonly string[]
      /** What the record that stays was called before, where the merge gave it another id; it is among `merged`. */
      readonly before: string | null
    }
  | { readonly kind: 'other' }

const CONTACT = '0-1'
const DEAL = '0-3'
const OTHER: Topic = { kind: 'other' }

/** `payload` is the event as HubSpot sent it (HubSpot docs, webhooks guide). */
export function readEvent(payload: Readonly<Record<string, unknown>>): Topic {
  const [noun, verb] = text(payload.subscriptionType).split('.')
  const type = noun === 'deal' ? DEAL : noun === 'contact' ? CONTACT : text(payload.objectTypeId)
  const id = text(payload.objectId)
  if (verb === 'associationChange') return readAssociation(payload)
  if (type === DEAL) return readDealEvent(verb, payload)
  if (type !== CONTACT) return OTHER
  if (verb === 'deletion') return { kind: 'contact_deleted', contactId: id }
  if (verb === 'privacyDeletion') return { kind: 'contact_erased', contactId: id }
  if (verb === 'merge') {
    const merge = readMerge(payload)
    const primary = text(payload.primaryObjectId)
    return { kind: 'contact_merged', ...merge, before: primary !== '' && primary !== merge.into ? primary : null }
  }
  return OTHER
}

/** Who made the change, as the event says (HubSpot docs, webhooks guide: `changeSource`, `sourceId`). */
export function readSource(payload: Readonly<Record<string, unknown>>) {
  return { changeSource: text(payload.changeSource) || null, sourceId: text(payload.sourceId) || null }
}

function readDealEvent(verb: string | undefined, payload: Readonly<Record<string, unknown>>): Topic {
  switch (verb) {
    case 'propertyChange': {
      const stageId = text(payload.propertyValue)
      return payload.propertyName === 'dealstage' && stageId !== '' ? { kind: 'stage_changed', stageId } : OTHER
    }
    case 'creation':
      return { kind: 'deal_created' }
    case 'deletion':
      return { kind: 'deal_deleted' }
    case 'restore':
      return { kind: 'deal_restored' }
    case 'merge':
      return { kind: 'deal_merged', ...readMerge(payload) }
    default:
      return OTHER
  }
}

function readAssociation(payload: Readonly<Record<string, unknown>>): Topic {
  const from = { type: text(payload.fromObjectTypeId), id: text(payload.fromObjectId) }
  const to = { type: text(payload.toObjectTypeId), id: text(payload.toObjectId) }
  const named = text(payload.associationType)
  const forward = (from.type === DEAL && to.type === CONTACT) || named === 'DEAL_TO_CONTACT'
  const backward = (from.type === CONTACT && to.type === DEAL) || named === 'CONTACT_TO_DEAL'
  if (!forward && !backward) return OTHER
  const contactId = forward ? to.id : from.id
  return { kind: payload.associationRemoved === true ? 'contact_removed' : 'contact_added', contactId }
}

function readMerge(payload: Readonly<Record<string, unknown>>): { into: string; merged: string[] } {
  const into = text(payload.newObjectId) || text(payload.primaryObjectId) || text(payload.objectId)
  const ids = Array.isArray(payload.mergedObjectIds) ? payload.mergedObjectIds.map(text) : []
  return {
    into,
    merged: [...new Set([...ids, text(payload.primaryObjectId)])].filter((id) => id !== '' && id !== into),
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}
