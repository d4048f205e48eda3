import type { FastifyInstance } from 'fastify'
import { conflict, invalid, notFound } from './errors.ts'
import { toObjectType } from './object-types.ts'
import { batchAnswer, inputsOf } from './present.ts'
import { iso } from './records.ts'
import { addRoutes, type Call } from './route.ts'
import { findRecord } from './state.ts'
import type { CrmRecord, TimelineEvent } from './types.ts'
import type { World } from './world.ts'

interface EventInput {
  readonly id?: string
  readonly eventTypeName?: string
  readonly eventTemplateId?: string
  readonly properties?: Record<string, string | number>
  readonly tokens?: Record<string, string | number>
  readonly objectId?: string | number
  readonly email?: string
  readonly domain?: string
  readonly timestamp?: string | number
  readonly extraData?: unknown
}

/** App events: `/integrators/timeline/2026-03` (the only dated version in the spec) and the v3 the official client calls. */
export async function timelineRoutes(app: FastifyInstance, world: World) {
  const scope = ['timeline']
  const bases = ['/integrators/timeline/2026-03', '/integrators/timeline/v3']
  addRoutes(app, world, [
    {
      method: 'POST',
      paths: bases.map((base) => `${base}/events`),
      family: 'timeline',
      scope,
      handle(call) {
        const event = addEvent(call, (call.body ?? {}) as EventInput)
        call.reply.code(201)
        return showEvent(event)
      },
    },
    {
      method: 'POST',
      paths: bases.flatMap((base) => [`${base}/events/batch`, `${base}/events/batch/create`]),
      family: 'timeline',
      scope,
      handle: addBatch,
    },
    {
      method: 'POST',
      paths: ['/integrators/timeline/2026-03/types/projects'],
      family: 'timeline',
      handle({ body, world: { app: owner } }) {
        const { developerSymbol } = (body ?? {}) as { developerSymbol?: string }
        if (!developerSymbol) throw invalid('Some required fields were not set: [developerSymbol]')
        return { fullyQualifiedName: `ae${owner.appId}_${developerSymbol}` }
      },
    },
  ])
}

function addBatch(call: Call) {
  const results: unknown[] = []
  const errors: unknown[] = []
  for (const input of inputsOf<EventInput>(call.body, 500)) {
    try {
      results.push(showEvent(addEvent(call, input)))
    } catch (error) {
      const body = (error as { body?: unknown }).body
      if (!body) throw error
      errors.push({ ...body, id: input.id, context: { id: [String(input.id)] } })
    }
  }
  if (errors.length === 0) call.reply.code(201)
  return batchAnswer(call, results, errors)
}

function addEvent(call: Call, input: EventInput): TimelineEvent {
  const eventTypeName = input.eventTypeName ?? input.eventTemplateId
  if (!eventTypeName) throw invalid('Some required fields were not set: [eventTypeName]')
  const record = targetOf(call, input, eventTypeName)
  const { portal } = call
  const id = input.id ?? `${portal.portalId}-${portal.timelineIds.size + 1}`
  // The id is the idempotency key of the event type.
  const key = `${eventTypeName}:${id}`
  if (portal.timelineIds.has(key)) throw conflict(`An event with the id ${id} exists already.`)
  portal.timelineIds.add(key)
  const event: TimelineEvent = {
    id,
    eventTypeName,
    objectType: record.type,
    objectId: record.id,
    properties: texts(input.properties ?? input.tokens ?? {}),
    extraData: input.extraData ?? null,
    timestamp: input.timestamp === undefined ? call.at : new Date(input.timestamp).getTime(),
    createdAt: call.at,
  }
  const place = `${record.type}:${record.id}`
  const events = portal.timeline.get(place)
  if (events) events.push(event)
  else portal.timeline.set(place, [event])
  call.world.changed('timeline', portal.portalId)
  return event
}

/** The record an event belongs to. The object type is the event type's; the stand-in knows it from the id or the name. */
function targetOf(call: Call, input: EventInput, eventTypeName: string): CrmRecord {
  const { portal } = call
  if (input.email !== undefined) {
    const id = portal.contactByEmail.get(input.email.toLowerCase())
    const contact = id ? findRecord(portal, 'contacts', id) : null
    if (!contact) throw notFound(`No contact has the email ${input.email}.`)
    return contact
  }
  const id = String(input.objectId ?? '')
  const declared = eventTypeOf(call.world, eventTypeName)?.objectType
  const types = declared ? [toObjectType(declared)] : (['deals', 'contacts', 'companies'] as const)
  for (const type of types) {
    const record = type ? findRecord(portal, type, id) : null
    if (record) return record
  }
  throw notFound(`Object ${id || '(none)'} does not exist.`)
}

/** The project's event type behind a name, which is its uid or the uid behind HubSpot's prefix. */
export function eventTypeOf(world: World, name: string) {
  return world.project.eventTypes.get(name) ?? world.project.eventTypes.get(name.replace(/^ae\d+_/, ''))
}

function texts(values: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}

function showEvent(event: TimelineEvent) {
  return {
    id: event.id,
    eventTypeName: event.eventTypeName,
    eventTemplateId: event.eventTypeName,
    objectId: event.objectId,
    objectType: event.objectType,
    properties: event.properties,
    tokens: event.properties,
    extraData: event.extraData,
    timestamp: iso(event.timestamp),
    createdAt: iso(event.createdAt),
  }
}
