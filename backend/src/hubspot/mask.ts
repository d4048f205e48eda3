/** Longest text a masked body may have, in bytes. */
const MAX_BYTES = 4096
/** Entries of an array that are kept; how many more there were is said. */
const MAX_ENTRIES = 20
const MASK = '•••'

/** Keys whose text says what was asked or why it failed, never who: HubSpot's own vocabulary and ids. */
const PLAIN: ReadonlySet<string> = new Set([
  'after',
  'archived',
  'associationCategory',
  'category',
  'code',
  'completedAt',
  'correlationId',
  'dealstage',
  'direction',
  'errorType',
  'eventTypeName',
  'hs_object_id',
  'id',
  'idProperty',
  'in',
  'objectId',
  'objectType',
  'operator',
  'pipeline',
  'policyName',
  'properties',
  'propertiesWithHistory',
  'propertyName',
  'requiredGranularScopes',
  'startedAt',
  'status',
  'subCategory',
  'timestamp',
  'type',
])

/** Keys whose text is a sentence of HubSpot's: kept, without the addresses and numbers it may quote. */
const SENTENCES: ReadonlySet<string> = new Set(['message', 'error', 'error_description'])

/** Takes e-mail addresses, phone numbers and anything as long as a token out of a text. */
export function maskText(text: string): string {
  return text
    .replace(/[^\s"'<>/?&=,;:]+(?:@|%40)[^\s"'<>/?&=,;:]+/gi, MASK)
    .replace(/\+\d[\d ().-]{6,}\d/g, MASK)
    .replace(/[\w-]{38,}/g, MASK)
}

/**
 * A body as the request log may show it: every key, no personal value. Texts are replaced unless their key is one of the few
 * above; numbers and booleans stay. At most 4 KB. Returns null for no body.
 */
export function maskBody(body: unknown): string | null {
  if (body === undefined) return null
  const text = JSON.stringify(maskValue(body, '', 0))
  if (Buffer.byteLength(text) <= MAX_BYTES) return text
  return `${new TextDecoder().decode(Buffer.from(text).subarray(0, MAX_BYTES - 8)).replace(/\uFFFD+$/, '')}…`
}

function maskValue(value: unknown, key: string, depth: number): unknown {
  if (typeof value === 'string') {
    if (SENTENCES.has(key)) return maskText(value).slice(0, 500)
    return PLAIN.has(key) ? maskText(value).slice(0, 200) : MASK
  }
  if (typeof value !== 'object' || value === null) return value
  if (depth > 8) return MASK
  if (Array.isArray(value)) {
    const kept: unknown[] = value.slice(0, MAX_ENTRIES).map((entry) => maskValue(entry, key, depth + 1))
    return value.length > MAX_ENTRIES ? [...kept, `${value.length - MAX_ENTRIES} more`] : kept
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 100)
      .map(([name, entry]) => [maskText(name), maskValue(entry, name, depth + 1)]),
  )
}
