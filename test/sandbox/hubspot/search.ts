import { invalid } from './errors.ts'
import { toObjectType } from './object-types.ts'
import { show } from './present.ts'
import type { Call } from './route.ts'
import { linkedIds, recordsOf } from './state.ts'
import type { CrmRecord, ObjectType } from './types.ts'

interface Filter {
  readonly propertyName: string
  readonly operator: string
  readonly value?: string
  readonly highValue?: string
  readonly values?: string[]
}

interface SearchBody {
  readonly filterGroups?: { filters?: Filter[] }[]
  readonly filters?: Filter[]
  readonly sorts?: ({ propertyName: string; direction?: string } | string)[]
  readonly query?: string
  readonly properties?: string[]
  readonly limit?: number
  readonly after?: string | number
}

/** HubSpot docs, CRM search: 200 per page, 10 000 results per query, 5 groups of 6 filters, 18 in all, body of 3000 characters. */
const LIMITS = { page: 200, results: 10_000, groups: 5, filters: 6, all: 18, body: 3000 }

/** Search as of the moment the index has reached: changes younger than the lag are not seen, in either direction. */
export function searchObjects(call: Call, type: ObjectType) {
  const body = (call.body ?? {}) as SearchBody
  const groups = groupsOf(body)
  const limit = body.limit ?? 10
  const after = Number(body.after ?? 0)
  if (limit > LIMITS.page || limit < 0) throw invalid(`limit must be between 0 and ${LIMITS.page}.`)
  if (after + limit > LIMITS.results)
    throw invalid(`Paging through more than ${LIMITS.results} results is not possible.`)
  const horizon = call.at - call.world.searchLagMs
  const found: CrmRecord[] = []
  for (const record of recordsOf(call.portal, type).values()) {
    if (!isIndexed(record, horizon)) continue
    if (body.query && !mentions(record, body.query)) continue
    if (groups.length > 0 && !groups.some((group) => group.every((filter) => holds(call, record, filter, horizon))))
      continue
    found.push(record)
  }
  sort(found, body.sorts ?? [], horizon)
  const page = found.slice(after, after + limit)
  const next = after + limit
  return {
    total: found.length,
    results: page.map((record) => show(record, body.properties?.length ? body.properties : null)),
    ...(next < found.length && limit > 0 ? { paging: { next: { after: String(next), link: `?after=${next}` } } } : {}),
  }
}

function groupsOf(body: SearchBody): Filter[][] {
  const groups = (body.filterGroups ?? []).map((group) => group.filters ?? []).filter((group) => group.length > 0)
  if (body.filters?.length) groups.push(body.filters)
  if (groups.length > LIMITS.groups) throw invalid(`There can be at most ${LIMITS.groups} filter groups.`)
  if (groups.some((group) => group.length > LIMITS.filters))
    throw invalid(`There can be at most ${LIMITS.filters} filters in a group.`)
  if (groups.flat().length > LIMITS.all) throw invalid(`There can be at most ${LIMITS.all} filters.`)
  if (JSON.stringify(body).length > LIMITS.body)
    throw invalid(`The body must not be longer than ${LIMITS.body} characters.`)
  return groups
}

function isIndexed(record: CrmRecord, horizon: number): boolean {
  if (record.createdAt > horizon) return false
  return record.archivedAt === null || (record.archivedAt > horizon && record.mergedInto === null)
}

/** The value the index knows: the newest one that is old enough. */
function indexed(record: CrmRecord, name: string, horizon: number): string | undefined {
  if (record.updatedAt <= horizon) return record.properties.get(name)
  const versions = record.history.get(name)
  // The last-modified date has no history; an unindexed change leaves the record at its creation for the index.
  if (!versions)
    return name.endsWith('lastmodifieddate') ? new Date(indexedAt(record, horizon)).toISOString() : undefined
  for (let index = versions.length - 1; index >= 0; index--) {
    const version = versions[index]
    if (version && version.timestamp <= horizon) return version.value
  }
  return undefined
}

function indexedAt(record: CrmRecord, horizon: number): number {
  let latest = record.createdAt
  for (const versions of record.history.values()) {
    for (const version of versions) if (version.timestamp <= horizon) latest = Math.max(latest, version.timestamp)
  }
  return latest
}

function holds(call: Call, record: CrmRecord, filter: Filter, horizon: number): boolean {
  if (filter.propertyName?.startsWith('associations.')) return isLinked(call, record, filter)
  const value = indexed(record, filter.propertyName, horizon) ?? ''
  const wanted = filter.value ?? ''
  switch (filter.operator) {
    case 'EQ':
      return compare(value, wanted) === 0
    case 'NEQ':
      return compare(value, wanted) !== 0
    case 'LT':
      return value !== '' && compare(value, wanted) < 0
    case 'LTE':
      return value !== '' && compare(value, wanted) <= 0
    case 'GT':
      return value !== '' && compare(value, wanted) > 0
    case 'GTE':
      return value !== '' && compare(value, wanted) >= 0
    case 'BETWEEN':
      return value !== '' && compare(value, wanted) >= 0 && compare(value, filter.highValue ?? '') <= 0
    case 'IN':
      return (filter.values ?? []).includes(value.toLowerCase()) || (filter.values ?? []).includes(value)
    case 'NOT_IN':
      return !(filter.values ?? []).includes(value.toLowerCase()) && !(filter.values ?? []).includes(value)
    case 'HAS_PROPERTY':
      return value !== ''
    case 'NOT_HAS_PROPERTY':
      return value === ''
    case 'CONTAINS_TOKEN':
      return value.toLowerCase().includes(wanted.replaceAll('*', '').toLowerCase())
    case 'NOT_CONTAINS_TOKEN':
      return !value.toLowerCase().includes(wanted.replaceAll('*', '').toLowerCase())
    default:
      throw invalid(`${filter.operator} is not a search operator.`)
  }
}

function isLinked(call: Call, record: CrmRecord, filter: Filter): boolean {
  const to = toObjectType(filter.propertyName.slice('associations.'.length))
  if (!to) throw invalid(`${filter.propertyName} is not an association.`)
  const ids = linkedIds(call.portal, record.type, record.id, to)
  if (filter.operator === 'IN') return (filter.values ?? []).some((id) => ids.includes(String(id)))
  return ids.includes(String(filter.value))
}

/** Dates compare as moments (ISO or milliseconds), numbers as numbers, everything else as lower-case text. */
function compare(one: string, other: string): number {
  const [left, right] = [comparable(one), comparable(other)]
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  return a < b ? -1 : a > b ? 1 : 0
}

function comparable(value: string): number | string {
  if (/^\d{4}-\d{2}-\d{2}/.test(value)) return Date.parse(value)
  return value !== '' && Number.isFinite(Number(value)) ? Number(value) : value
}

function mentions(record: CrmRecord, query: string): boolean {
  const text = ['dealname', 'email', 'firstname', 'lastname', 'phone', 'name', 'domain', 'company']
    .map((name) => record.properties.get(name) ?? '')
    .join(' ')
    .toLowerCase()
  return text.includes(query.toLowerCase())
}

function sort(records: CrmRecord[], sorts: NonNullable<SearchBody['sorts']>, horizon: number) {
  const [first] = sorts
  const name = typeof first === 'string' ? first.replace(/^-/, '') : first?.propertyName
  const down = typeof first === 'string' ? first.startsWith('-') : first?.direction === 'DESCENDING'
  records.sort((one, other) => {
    const order = name ? compare(indexed(one, name, horizon) ?? '', indexed(other, name, horizon) ?? '') : 0
    return (down ? -order : order) || compare(one.id, other.id)
  })
}
