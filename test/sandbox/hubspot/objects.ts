import type { FastifyInstance } from 'fastify'
import { ApiError, conflict, invalid, notFound } from './errors.ts'
import { associate, labelsOf } from './links.ts'
import { OBJECT_TYPES, toObjectType } from './object-types.ts'
import { propertyList, show, showRead } from './present.ts'
import { createRecord, type Properties, updateRecord } from './records.ts'
import { archiveRecord, eraseRecord, mergeRecords } from './removals.ts'
import { addRoutes, type Call, type Route } from './route.ts'
import { searchObjects } from './search.ts'
import { findRecord, recordsOf } from './state.ts'
import type { CrmRecord, Fact, LinkType, ObjectType } from './types.ts'
import type { World } from './world.ts'

export const OBJECT_BASES = ['/crm/objects/2026-09', '/crm/objects/2026-03', '/crm/v3/objects']

/** One record at a time, lists, search, merge and GDPR deletion; batches are in batches.ts. */
export async function objectRoutes(app: FastifyInstance, world: World) {
  const on = (method: Route['method'], path: string, handle: Route['handle'], family = 'crm'): Route => ({
    method,
    paths: OBJECT_BASES.map((base) => base + path),
    family,
    handle,
  })
  addRoutes(app, world, [
    on('GET', '/:objectType', listObjects),
    on('POST', '/:objectType', createObject),
    on('GET', '/:objectType/:id', (call) => showRead(call, pick(call, reading(call)))),
    on('PATCH', '/:objectType/:id', updateObject),
    on('DELETE', '/:objectType/:id', archiveObject),
    on('POST', '/:objectType/search', (call) => searchObjects(call, reading(call)), 'search'),
    on('POST', '/:objectType/merge', mergeObjects),
    on('POST', '/contacts/gdpr-delete', eraseContact),
  ])
}

/** The object type of the path, readable by this app; 404 for unknown types, 403 without the scope. */
export function reading(call: Call): ObjectType {
  const type = typeOf(call)
  call.need(OBJECT_TYPES[type].read)
  return type
}

export function writing(call: Call): ObjectType {
  const type = typeOf(call)
  call.need(OBJECT_TYPES[type].write)
  return type
}

function typeOf(call: Call): ObjectType {
  const name = call.params.objectType ?? ''
  const type = toObjectType(name)
  if (!type) throw new ApiError(400, 'VALIDATION_ERROR', `Unable to infer object type from: ${name}`)
  return type
}

/** A record by id or by a unique property. Null when there is none. */
export function lookUp(
  call: Call,
  type: ObjectType,
  id: string,
  idProperty: string | null | undefined,
): CrmRecord | null {
  if (!idProperty || idProperty === 'hs_object_id') return findRecord(call.portal, type, id)
  if (type === 'contacts' && idProperty === 'email') {
    const contactId = call.portal.contactByEmail.get(id.toLowerCase())
    return contactId ? findRecord(call.portal, type, contactId) : null
  }
  if (!call.portal.properties.get(type)?.get(idProperty)?.hasUniqueValue) {
    throw invalid(`${idProperty} is not a unique property of ${type}.`)
  }
  for (const record of recordsOf(call.portal, type).values()) {
    if (record.archivedAt === null && record.properties.get(idProperty) === id) return record
  }
  return null
}

function pick(call: Call, type: ObjectType): CrmRecord {
  const id = call.params.id ?? ''
  const record =
    call.query.get('archived') === 'true'
      ? (recordsOf(call.portal, type).get(id) ?? null)
      : lookUp(call, type, id, call.query.get('idProperty'))
  if (!record) throw notFound('resource not found')
  return record
}

function listObjects(call: Call) {
  const type = reading(call)
  const withHistory = propertyList(call.query, 'propertiesWithHistory').length > 0
  const limit = Number(call.query.get('limit') ?? 10)
  const most = withHistory ? 50 : 100
  if (!Number.isInteger(limit) || limit < 1 || limit > most) throw invalid(`limit must be between 1 and ${most}.`)
  const archived = call.query.get('archived') === 'true'
  const after = call.query.get('after') ?? ''
  const ids = [...recordsOf(call.portal, type).values()]
    .filter((record) => (record.archivedAt !== null) === archived && isAfter(record.id, after))
    .sort((one, other) => (isAfter(one.id, other.id) ? 1 : -1))
  const page = ids.slice(0, limit)
  const last = page.at(-1)
  return {
    results: page.map((record) => showRead(call, record)),
    ...(ids.length > limit && last ? { paging: { next: { after: last.id, link: nextLink(call, last.id) } } } : {}),
  }
}

/** Ids are decimal numbers of any length. */
const isAfter = (id: string, other: string) => id.length > other.length || (id.length === other.length && id > other)

function nextLink(call: Call, after: string): string {
  const query = new URLSearchParams(call.query)
  query.set('after', after)
  return `?${query}`
}

interface CreateBody {
  readonly properties?: Properties
  readonly associations?: readonly { to: { id: string | number }; types: LinkInput[] }[]
}

interface LinkInput {
  readonly associationCategory: LinkType['category']
  readonly associationTypeId: number
}

/** Creates one object with its associations; used by single and batch creation. */
export function createFrom(call: Call, type: ObjectType, body: CreateBody | null | undefined): CrmRecord {
  if (!body?.properties || typeof body.properties !== 'object')
    throw invalid('Some required fields were not set: [properties]')
  const links = (body.associations ?? []).map((link) => ({
    id: String(link.to?.id),
    ...targetOf(call, type, link.types?.[0]),
  }))
  for (const link of links) {
    if (!findRecord(call.portal, link.type, link.id))
      throw invalid(`${link.type} ${link.id} to associate with does not exist.`)
  }
  const { record, facts } = createRecord(call.portal, type, { properties: body.properties }, call.by, call.at)
  for (const link of links) {
    facts.push(...associate(call.portal, record, link, [link.link], call.by, call.at))
  }
  call.world.emit(facts)
  return record
}

/** The object type an association type id leads to, from its number. */
function targetOf(call: Call, from: ObjectType, input: LinkInput | undefined): { type: ObjectType; link: LinkType } {
  const typeId = Number(input?.associationTypeId)
  for (const to of Object.keys(OBJECT_TYPES) as ObjectType[]) {
    const link = labelsOf(call.portal, from, to).find((candidate) => candidate.typeId === typeId)
    if (link) return { type: to, link }
  }
  throw invalid(`${typeId} is not an association type from ${from}.`)
}

function createObject(call: Call) {
  const record = createFrom(call, writing(call), call.body as CreateBody)
  call.reply.code(201)
  return show(record, null)
}

function updateObject(call: Call) {
  const record = pick(call, writing(call))
  const body = call.body as { properties?: Properties } | null
  if (!body?.properties) throw invalid('Some required fields were not set: [properties]')
  call.world.emit(updateRecord(call.portal, record, body.properties, call.by, call.at))
  return show(record, Object.keys(body.properties))
}

function archiveObject(call: Call) {
  const record = findRecord(call.portal, writing(call), call.params.id ?? '')
  // HubSpot answers 204 for an object that is not there as well.
  if (record) call.world.emit(archiveRecord(call.portal, record, call.by, call.at))
}

function mergeObjects(call: Call) {
  const type = writing(call)
  const body = call.body as { primaryObjectId?: string; objectIdToMerge?: string } | null
  const winner = findRecord(call.portal, type, String(body?.primaryObjectId))
  const loser = findRecord(call.portal, type, String(body?.objectIdToMerge))
  if (!winner || !loser) throw notFound('One of the objects to merge does not exist.')
  if (winner === loser) throw conflict('An object cannot be merged into itself.')
  const facts: Fact[] = mergeRecords(call.portal, winner, loser, call.by, call.at)
  call.world.emit(facts)
  return show(winner, null)
}

function eraseContact(call: Call) {
  call.need(OBJECT_TYPES.contacts.write)
  const body = call.body as { objectId?: string; idProperty?: string } | null
  const id = String(body?.objectId ?? '')
  const record = lookUp(call, 'contacts', id, body?.idProperty) ?? recordsOf(call.portal, 'contacts').get(id)
  if (record) call.world.emit(eraseRecord(call.portal, record, call.by, call.at))
}
