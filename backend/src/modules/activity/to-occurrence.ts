import type { AppSettings } from '#deps'
import { timelineEventName } from './timeline-event-name.ts'
import { TIMELINE_COUNTERPART, TIMELINE_PROPERTIES } from './timeline-events.ts'
import type { PendingEntry } from './timeline-repository.ts'

/** One event as HubSpot's timeline takes it; `id` is its idempotency key (HubSpot docs, app events). */
export interface Occurrence {
  readonly eventTypeName: string
  readonly id: string
  readonly objectId: string
  readonly timestamp: string
  readonly properties: Record<string, string | number>
}

/** An entry as HubSpot takes it: our short names become the declared ones, undeclared ones are left out. Pure. */
export function toOccurrence(settings: Pick<AppSettings, 'appId'>, entry: PendingEntry): Occurrence {
  const { id, eventType, objectType, objectId, occurredAt, properties: given } = entry
  const values: Record<string, string | number | null | undefined> = {
    ...given,
    sequenceName: given.sequenceName ?? given.sequence,
    stepNumber: given.stepNumber ?? given.step,
    stepCount: given.stepCount ?? given.steps ?? entry.stepCount,
    reason: asSentence(given.reason ?? (eventType === 'enrolled' ? enrolledBecause(entry.source) : undefined)),
    dealName: entry.dealName ?? (given.dealId ? `Deal ${given.dealId}` : undefined),
    contactName: entry.contactName ?? (given.contactId ? `Contact ${given.contactId}` : undefined),
  }
  const properties: Record<string, string | number> = {}
  for (const name of [...TIMELINE_PROPERTIES[eventType], TIMELINE_COUNTERPART[objectType]]) {
    const value = values[name]
    if (value !== undefined && value !== null && value !== '') properties[name] = value
  }
  return {
    eventTypeName: timelineEventName(settings, objectType, eventType),
    id,
    objectId,
    timestamp: occurredAt.toString(),
    properties,
  }
}

/** The templates go on behind it. */
function asSentence(reason: string | number | undefined): string | undefined {
  if (reason === undefined || reason === '') return undefined
  const text = String(reason)
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

function enrolledBecause(source: PendingEntry['source']): string | undefined {
  if (source === 'manual') return 'Started by a person.'
  return source === 'stage' ? 'The deal entered the mapped stage.' : undefined
}
