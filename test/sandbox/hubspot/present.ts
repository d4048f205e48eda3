import { ApiError, invalid } from './errors.ts'
import { OBJECT_TYPES, toObjectType } from './object-types.ts'
import { iso } from './records.ts'
import { archivedDate } from './removals.ts'
import type { Call } from './route.ts'
import { findRecord, linkedIds } from './state.ts'
import type { CrmRecord, ObjectType } from './types.ts'

/** Given with every object, whatever properties were asked for. */
const ALWAYS = ['createdate', 'hs_lastmodifieddate', 'hs_object_id'] as const

/** A `SimplePublicObject`. `names` null gives the type's default properties; a known but empty property is null. */
export function show(record: CrmRecord, names: readonly string[] | null, historyNames: readonly string[] = []) {
  const wanted =
    names === null ? OBJECT_TYPES[record.type].defaults : [...names, ...historyNames, ...alwaysOf(record.type)]
  const properties: Record<string, string | null> = {}
  for (const name of [...new Set(wanted)].sort()) properties[name] = record.properties.get(name) || null
  const archivedAt = archivedDate(record)
  return {
    id: record.id,
    properties,
    ...(historyNames.length > 0 ? { propertiesWithHistory: showHistory(record, historyNames) } : {}),
    createdAt: iso(record.createdAt),
    updatedAt: iso(record.updatedAt),
    archived: record.archivedAt !== null,
    ...(archivedAt ? { archivedAt } : {}),
  }
}

/** The answer to a read or one row of a list: properties, history and associations as the query asks. */
export function showRead(call: Call, record: CrmRecord) {
  const names = propertyList(call.query, 'properties')
  const historyNames = propertyList(call.query, 'propertiesWithHistory')
  const associations = propertyList(call.query, 'associations')
  const shown = show(record, names.length + historyNames.length > 0 ? names : null, historyNames)
  return associations.length > 0 ? { ...shown, ...showAssociations(call, record, associations) } : shown
}

/** `properties=a,b` and `properties=a&properties=b` mean the same. */
export function propertyList(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter(Boolean)
}

function alwaysOf(type: ObjectType): readonly string[] {
  return type === 'contacts' ? ['createdate', 'hs_object_id', 'lastmodifieddate'] : ALWAYS
}

/** Newest first, as HubSpot gives it. */
function showHistory(record: CrmRecord, names: readonly string[]) {
  const shown: Record<string, unknown[]> = {}
  for (const name of names) {
    shown[name] = (record.history.get(name) ?? []).toReversed().map((version) => ({
      value: version.value,
      timestamp: iso(version.timestamp),
      sourceType: version.sourceType,
      sourceId: version.sourceId,
    }))
  }
  return shown
}

/** The first page of each association; HubSpot stops at about 500 here. */
function showAssociations(call: Call, record: CrmRecord, names: readonly string[]) {
  const associations: Record<string, unknown> = {}
  for (const name of names) {
    const to = toObjectType(name)
    if (!to) throw new ApiError(400, 'VALIDATION_ERROR', `Unable to infer object type from: ${name}`)
    call.need(OBJECT_TYPES[to].read)
    const ids = liveLinks(call, record, to)
    if (ids.length === 0) continue
    const type = `${OBJECT_TYPES[record.type].singular}_to_${OBJECT_TYPES[to].singular}`
    const last = ids[499]
    associations[to] = {
      results: ids.slice(0, 500).map((id) => ({ id, type })),
      ...(ids.length > 500 && last ? { paging: { next: { after: last, link: `?after=${last}` } } } : {}),
    }
  }
  return Object.keys(associations).length > 0 ? { associations } : {}
}

/** Ids of linked records that are not archived. */
export function liveLinks(call: Call, record: Pick<CrmRecord, 'id' | 'type'>, to: ObjectType): string[] {
  return linkedIds(call.portal, record.type, record.id, to).filter((id) => findRecord(call.portal, to, id) !== null)
}

/** The inputs of a batch call, checked for number (400 VALIDATION_ERROR). */
export function inputsOf<T>(body: unknown, most: number): T[] {
  const inputs = (body as { inputs?: unknown } | null)?.inputs
  if (!Array.isArray(inputs)) throw invalid('Some required fields were not set: [inputs]')
  if (inputs.length > most) throw invalid(`The maximum number of inputs is ${most}, but ${inputs.length} were sent.`)
  return inputs as T[]
}

export function batchAnswer(call: Call, results: readonly unknown[], errors: readonly unknown[] = []) {
  if (errors.length > 0) call.reply.code(207)
  return {
    status: 'COMPLETE',
    results,
    startedAt: iso(call.at),
    completedAt: iso(call.at),
    ...(errors.length > 0 ? { numErrors: errors.length, errors } : {}),
  }
}
