import { readEvent } from './read-event.ts'

/** What an event says, in words, from HubSpot's payload; names objects by HubSpot's ids. */
export function describePayload(payload: Readonly<Record<string, unknown>>): string {
  const topic = readEvent(payload)
  switch (topic.kind) {
    case 'stage_changed':
      return `deal moved to stage ${topic.stageId}`
    case 'deal_created':
      return 'deal created'
    case 'deal_deleted':
      return 'deal deleted'
    case 'deal_restored':
      return 'deal restored'
    case 'deal_merged':
      return `deals ${topic.merged.join(', ')} merged into ${topic.into}`
    case 'contact_added':
      return `contact ${topic.contactId} added to the deal`
    case 'contact_removed':
      return `contact ${topic.contactId} removed from the deal`
    case 'contact_deleted':
      return `contact ${topic.contactId} deleted`
    case 'contact_erased':
      return `contact ${topic.contactId} erased for privacy`
    case 'contact_merged':
      return `contacts ${topic.merged.join(', ')} merged into ${topic.into}`
    case 'other':
      return String(payload.subscriptionType ?? 'unknown event')
  }
}
