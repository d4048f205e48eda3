import { hash } from 'node:crypto'
import type { CanonicalType } from './canonical-type.ts'
import { idOf, type RawEvent } from './raw-event.ts'

/**
 * The part of the fact that the ledger's key columns (portal, moment, type, object) do not hold, as the first half of its
 * SHA-256 in hex: 128 bits put chance out of the question, and the key stands in every row and in its index. HubSpot's eventId,
 * subscriptionId and attemptNumber are left out on purpose: they change with a redelivery or a doubled subscription while the
 * fact stays the same, and eventId is documented as not unique (HubSpot docs, webhooks guide).
 */
export function dedupeKey(type: CanonicalType, event: RawEvent): string {
  return hash('sha256', JSON.stringify(factOf(type, event)), 'hex').slice(0, 32)
}

function factOf(type: CanonicalType, event: RawEvent): unknown[] {
  const subject = type.objectType
  switch (type.action) {
    case 'propertyChange':
      return [subject, event.propertyName, propertyText(event.propertyValue)]
    case 'associationChange':
      return [
        subject,
        idOf(event.fromObjectId),
        event.toObjectTypeId ?? event.associationType,
        idOf(event.toObjectId),
        event.associationCategory,
        event.associationTypeId ?? event.associationType,
        event.associationRemoved === true,
      ]
    case 'merge':
      return [subject, idsOf(event.mergedObjectIds), idOf(event.newObjectId)]
    default:
      return [subject]
  }
}

/** A redelivery may write the same value as text or as a number. */
function propertyText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

function idsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map((id) => idOf(id) ?? '').sort() : []
}
