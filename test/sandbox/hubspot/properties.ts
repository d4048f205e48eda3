import type { FastifyInstance } from 'fastify'
import { conflict, invalid, notFound } from './errors.ts'
import { OBJECT_TYPES, toObjectType } from './object-types.ts'
import { batchAnswer, inputsOf } from './present.ts'
import { iso } from './records.ts'
import { addRoutes, type Call, type Route } from './route.ts'
import type { ObjectType, Portal, Property, PropertyGroup, PropertyOption } from './types.ts'
import type { World } from './world.ts'

const BASES = ['/crm/properties/2026-09', '/crm/properties/2026-03', '/crm/v3/properties']

/** Property definitions and their groups. */
export async function propertyRoutes(app: FastifyInstance, world: World) {
  const on = (method: Route['method'], path: string, handle: Route['handle']): Route => ({
    method,
    paths: BASES.map((base) => `${base}/:objectType${path}`),
    family: 'properties',
    handle,
  })
  addRoutes(app, world, [
    on('GET', '', (call) => ({
      results: [...propertiesOf(call, 'read').values()].map((one) => showProperty(call.portal, one)),
    })),
    on('POST', '', (call) => {
      const made = createProperty(call, call.body as Partial<Property> | null)
      call.reply.code(201)
      return showProperty(call.portal, made)
    }),
    on('POST', '/batch/create', (call) => {
      const made = inputsOf<Partial<Property>>(call.body, 100).map((input) => createProperty(call, input))
      call.reply.code(201)
      return batchAnswer(
        call,
        made.map((property) => showProperty(call.portal, property)),
      )
    }),
    on('POST', '/batch/read', (call) => {
      const properties = propertiesOf(call, 'read')
      const names = inputsOf<{ name: string }>(call.body, 100).map((input) => input.name)
      const found = names.map((name) => properties.get(name)).filter((property) => property !== undefined)
      return batchAnswer(
        call,
        found.map((property) => showProperty(call.portal, property)),
      )
    }),
    on('GET', '/groups', (call) => ({ results: [...groupsOf(call, 'read').values()].map(showGroup) })),
    on('POST', '/groups', createGroup),
    on('GET', '/groups/:groupName', (call) =>
      showGroup(required(groupsOf(call, 'read').get(call.params.groupName ?? ''))),
    ),
    on('GET', '/:name', (call) =>
      showProperty(call.portal, required(propertiesOf(call, 'read').get(call.params.name ?? ''))),
    ),
    on('PATCH', '/:name', updateProperty),
    on('DELETE', '/:name', removeProperty),
  ])
}

function typeOf(call: Call, access: 'read' | 'write'): ObjectType {
  const type = toObjectType(call.params.objectType ?? '')
  if (!type) throw invalid(`Unable to infer object type from: ${call.params.objectType}`)
  const own = type === 'deals' || type === 'companies' ? type : 'contacts'
  // HubSpot docs: reading definitions is allowed with the object's own read scope too.
  if (access === 'read' && OBJECT_TYPES[type].read.every((scope) => call.token.scopes.includes(scope))) return type
  call.need([`crm.schemas.${own}.${access}`])
  return type
}

function propertiesOf(call: Call, access: 'read' | 'write') {
  return required(call.portal.properties.get(typeOf(call, access)))
}

function groupsOf(call: Call, access: 'read' | 'write') {
  return required(call.portal.groups.get(typeOf(call, access)))
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw notFound('resource not found')
  return value
}

function createProperty(call: Call, body: Partial<Property> | null): Property {
  const properties = propertiesOf(call, 'write')
  const groups = groupsOf(call, 'write')
  const { name, label, groupName, type, fieldType } = body ?? {}
  if (!name || !label || !groupName || !type || !fieldType) {
    throw invalid('Some required fields were not set: [name, label, groupName, type, fieldType]')
  }
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw invalid(`Property name "${name}" is invalid.`)
  if (properties.has(name)) throw conflict(`A property named '${name}' already exists.`)
  const isStandard = [...properties.values()].some((other) => other.groupName === groupName)
  if (!groups.has(groupName) && !isStandard) throw invalid(`Property group "${groupName}" does not exist.`)
  const property: Property = {
    name,
    label,
    groupName,
    type,
    fieldType,
    description: body?.description ?? '',
    options: (body?.options ?? []) as PropertyOption[],
    hasUniqueValue: body?.hasUniqueValue ?? false,
    hubspotDefined: false,
    createdAt: call.at,
    updatedAt: call.at,
  }
  properties.set(name, property)
  call.world.emit([])
  return property
}

function updateProperty(call: Call) {
  const property = required(propertiesOf(call, 'write').get(call.params.name ?? ''))
  const { label, description, options, fieldType, groupName } = (call.body ?? {}) as Partial<Property>
  property.label = label ?? property.label
  property.description = description ?? property.description
  property.options = options ?? property.options
  property.fieldType = fieldType ?? property.fieldType
  property.groupName = groupName ?? property.groupName
  property.updatedAt = call.at
  call.world.emit([])
  return showProperty(call.portal, property)
}

function removeProperty(call: Call) {
  const properties = propertiesOf(call, 'write')
  const name = call.params.name ?? ''
  if (properties.get(name)?.hubspotDefined) throw invalid(`Property "${name}" is defined by HubSpot.`)
  properties.delete(name)
  call.world.emit([])
}

function createGroup(call: Call) {
  const groups = groupsOf(call, 'write')
  const { name, label, displayOrder } = (call.body ?? {}) as Partial<PropertyGroup>
  if (!name || !label) throw invalid('Some required fields were not set: [name, label]')
  if (groups.has(name)) throw conflict(`A property group named '${name}' already exists.`)
  const group = { name, label, displayOrder: displayOrder ?? -1 }
  groups.set(name, group)
  call.world.emit([])
  call.reply.code(201)
  return showGroup(group)
}

const showGroup = (group: PropertyGroup) => ({ ...group, archived: false })

/** Stages, pipelines and owners are options of their properties, so they are filled in when shown. */
function showProperty(portal: Portal, property: Property) {
  return {
    ...property,
    options: [...property.options, ...portalOptions(portal, property)],
    createdAt: iso(property.createdAt),
    updatedAt: iso(property.updatedAt),
    hidden: false,
    formField: false,
    displayOrder: -1,
    calculated: false,
    externalOptions: property.name === 'hubspot_owner_id',
    archived: false,
    modificationMetadata: {
      archivable: !property.hubspotDefined,
      readOnlyDefinition: property.hubspotDefined,
      readOnlyValue: false,
    },
  }
}

function portalOptions(portal: Portal, property: Property): PropertyOption[] {
  if (!property.hubspotDefined) return []
  const rows = property.name === 'pipeline' ? portal.pipelines : []
  const stages = property.name === 'dealstage' ? portal.pipelines.flatMap((pipeline) => pipeline.stages) : []
  return [...rows, ...stages].map(({ id, label }, displayOrder) => ({ label, value: id, displayOrder, hidden: false }))
}
