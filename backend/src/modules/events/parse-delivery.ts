import { AppError } from '#core/errors.ts'
import { readJson, UnreadableJson } from '#core/read-json.ts'
import { type CanonicalType, canonicalType } from './canonical-type.ts'
import { dedupeKey } from './dedupe-key.ts'
import { laneOf } from './lane-key.ts'
import { idOf, type RawEvent } from './raw-event.ts'

/** One fact, ready for the ledger. */
export interface IncomingEvent {
  readonly portalId: number
  /** Milliseconds since 1970, as HubSpot says it. */
  readonly occurredAt: number
  /** Canonical, e.g. `deal.propertyChange`, also for `object.propertyChange` of a deal. */
  readonly subscriptionType: string
  readonly objectId: string
  /** Hash of the rest of the fact, in hex: see `dedupeKey`. */
  readonly dedupeHash: string
  readonly laneKey: string
  readonly dealId: string | null
  /** The event as JSON text, with all fields HubSpot sent. */
  readonly payload: string
  /** Where it stood in the delivery. */
  readonly index: number
}

export interface Delivery {
  readonly events: readonly IncomingEvent[]
  /** Where events stood that do not make sense; the others are not hurt by them. */
  readonly malformed: readonly number[]
  /** Events of types we do not handle. */
  readonly unknownTypes: number
}

/** HubSpot documents 100 per request; more is accepted, boundless is not. */
const MAX_EVENTS = 1000
/** 2100-01-01, in milliseconds. */
const LATEST = 4_102_444_800_000

/**
 * Reads a webhook request's raw body. Tolerant towards single events, strict towards the whole: throws
 * `AppError('invalid_input')` when it is not a JSON array of at most 1000 elements that we can read.
 */
export function parseDelivery(raw: Buffer): Delivery {
  const elements = readArray(raw)
  // Only an escape can carry what jsonb cannot hold: strict UTF-8 has no lone surrogate, JSON no raw NUL.
  const suspicious = raw.includes('\\u')
  const events: IncomingEvent[] = []
  const malformed: number[] = []
  let unknownTypes = 0
  for (const [index, element] of elements.entries()) {
    const event = readEvent(element, index, suspicious)
    if (event === 'malformed') malformed.push(index)
    else if (event === 'unknown_type') unknownTypes++
    else events.push(event)
  }
  return { events, malformed, unknownTypes }
}

function readArray(raw: Buffer): unknown[] {
  let value: unknown
  try {
    value = readJson(raw)
  } catch (error) {
    if (error instanceof UnreadableJson) throw new AppError('invalid_input', error.message, { cause: error })
    throw error
  }
  if (!Array.isArray(value)) throw new AppError('invalid_input', 'The body must be a JSON array of events.')
  if (value.length > MAX_EVENTS) {
    throw new AppError('invalid_input', `The body holds more than ${MAX_EVENTS} events. Send them in several requests.`)
  }
  return value
}

function readEvent(element: unknown, index: number, suspicious: boolean): IncomingEvent | 'malformed' | 'unknown_type' {
  if (!isRawEvent(element)) return 'malformed'
  const type = canonicalType(element)
  if (type === 'malformed') return 'malformed'
  if (type === undefined) return 'unknown_type'
  const portalId = Number(idOf(element.portalId))
  const occurredAt = element.occurredAt
  const objectId = objectIdOf(type, element)
  if (!Number.isSafeInteger(portalId) || objectId === undefined || !isMoment(occurredAt)) return 'malformed'
  if (!isFactSound(type, element) || (suspicious && !isStorable(element))) return 'malformed'
  const lane = laneOf(type, element, objectId)
  if (!lane) return 'malformed'
  return {
    portalId,
    occurredAt,
    subscriptionType: `${type.objectType}.${type.action}`,
    objectId,
    dedupeHash: dedupeKey(type, element),
    ...lane,
    payload: JSON.stringify(element),
    index,
  }
}

function isRawEvent(value: unknown): value is RawEvent {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Associations have no reliable objectId, and a merge may name only its winner (HubSpot docs, webhooks guide). */
function objectIdOf(type: CanonicalType, event: RawEvent): string | undefined {
  if (type.action === 'associationChange') return idOf(event.fromObjectId)
  return idOf(event.objectId ?? (type.action === 'merge' ? event.primaryObjectId : undefined))
}

function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < LATEST
}

/** Whether the fields that make up the fact have the types they need; other fields may be anything. */
function isFactSound(type: CanonicalType, event: RawEvent): boolean {
  if (type.action === 'propertyChange') {
    const { propertyName, propertyValue } = event
    if (typeof propertyName !== 'string' || propertyName === '') return false
    return typeof propertyValue !== 'object' || propertyValue === null
  }
  if (type.action === 'merge') {
    const merged = event.mergedObjectIds
    return merged === undefined || (Array.isArray(merged) && merged.every((id) => idOf(id) !== undefined))
  }
  if (type.action === 'associationChange') return typeof (event.associationRemoved ?? false) === 'boolean'
  return true
}

/** Postgres' jsonb and text hold neither U+0000 nor half a surrogate pair (Postgres docs, JSON types). */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner))
}
