import type { FastifyInstance } from 'fastify'
import { ApiError, invalid } from './errors.ts'
import { OBJECT_TYPES } from './object-types.ts'
import { createFrom, lookUp, OBJECT_BASES, reading, writing } from './objects.ts'
import { batchAnswer, inputsOf, show } from './present.ts'
import { type Properties, updateRecord } from './records.ts'
import { archiveRecord } from './removals.ts'
import { addRoutes, type Call, type Route } from './route.ts'
import { findRecord, recordsOf } from './state.ts'
import type { CrmRecord, ObjectType } from './types.ts'
import type { World } from './world.ts'

interface BatchReadBody {
  readonly properties?: string[]
  readonly propertiesWithHistory?: string[]
  readonly idProperty?: string
}

/** Batch read, create, update, upsert and archive of objects: at most 100 inputs, 50 when history is read. */
export async function batchRoutes(app: FastifyInstance, world: World) {
  const on = (verb: string, handle: Route['handle']): Route => ({
    method: 'POST',
    paths: OBJECT_BASES.map((base) => `${base}/:objectType/batch/${verb}`),
    family: 'crm',
    handle,
  })
  addRoutes(app, world, [
    on('read', batchRead),
    on('create', batchCreate),
    on('update', batchUpdate),
    on('upsert', batchUpsert),
    on('archive', batchArchive),
  ])
}

function batchRead(call: Call) {
  const type = reading(call)
  const body = (call.body ?? {}) as BatchReadBody
  const historyNames = body.propertiesWithHistory ?? []
  const inputs = inputsOf<{ id: string | number }>(body, historyNames.length > 0 ? 50 : 100)
  const names = (body.properties?.length ?? 0) + historyNames.length > 0 ? (body.properties ?? []) : null
  const archived = call.query.get('archived') === 'true'
  const found = new Map<string, CrmRecord>()
  const missing: string[] = []
  for (const input of inputs) {
    const id = String(input.id)
    const record = archived ? archivedRecord(call, type, id) : lookUp(call, type, id, body.idProperty)
    if (record) found.set(record.id, record)
    else if (!missing.includes(id)) missing.push(id)
  }
  const results = [...found.values()].map((record) => show(record, names, historyNames))
  return batchAnswer(call, results, missing.length > 0 ? [missingError(type, missing)] : [])
}

function archivedRecord(call: Call, type: ObjectType, id: string): CrmRecord | null {
  const record = recordsOf(call.portal, type).get(id)
  return record && record.archivedAt !== null ? record : null
}

function missingError(type: ObjectType, ids: string[]) {
  const word = OBJECT_TYPES[type].singular.toUpperCase()
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${word} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids },
  }
}

function batchCreate(call: Call) {
  const type = writing(call)
  const inputs = inputsOf<TracedInput>(call.body, 100)
  call.reply.code(201)
  if (inputs.every(({ objectWriteTraceId }) => objectWriteTraceId)) return createTraced(call, type, inputs)
  const records = inputs.map((input) => createFrom(call, type, input))
  return batchAnswer(
    call,
    records.map((record) => show(record, null)),
  )
}

type TracedInput = NonNullable<Parameters<typeof createFrom>[2]> & { readonly objectWriteTraceId?: string }

/** With a trace id in every input a bad one does not spoil the others (HubSpot docs, multi-status errors). */
function createTraced(call: Call, type: ObjectType, inputs: readonly TracedInput[]) {
  const results: unknown[] = []
  const errors: unknown[] = []
  for (const { objectWriteTraceId = '', ...input } of inputs) {
    try {
      results.push({ ...show(createFrom(call, type, input), null), objectWriteTraceId })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      errors.push({ ...error.body, context: { objectWriteTraceId: [objectWriteTraceId] } })
    }
  }
  return batchAnswer(call, results, errors)
}

interface UpdateInput {
  readonly id: string | number
  readonly idProperty?: string
  readonly properties?: Properties
}

function batchUpdate(call: Call) {
  const type = writing(call)
  const results: unknown[] = []
  const missing: string[] = []
  for (const input of inputsOf<UpdateInput>(call.body, 100)) {
    const record = lookUp(call, type, String(input.id), input.idProperty)
    if (!record) missing.push(String(input.id))
    else results.push(applyUpdate(call, record, input.properties ?? {}))
  }
  return batchAnswer(call, results, missing.length > 0 ? [missingError(type, missing)] : [])
}

function batchUpsert(call: Call) {
  const type = writing(call)
  const results = inputsOf<UpdateInput>(call.body, 100).map((input) => {
    const { idProperty } = input
    if (!idProperty) throw invalid('idProperty is required for an upsert.')
    const record = lookUp(call, type, String(input.id), idProperty)
    if (record) return { ...applyUpdate(call, record, input.properties ?? {}), new: false }
    const made = createFrom(call, type, { properties: { [idProperty]: String(input.id), ...input.properties } })
    return { ...show(made, null), new: true }
  })
  return batchAnswer(call, results)
}

function applyUpdate(call: Call, record: CrmRecord, properties: Properties) {
  call.world.emit(updateRecord(call.portal, record, properties, call.by, call.at))
  return show(record, Object.keys(properties))
}

function batchArchive(call: Call) {
  const type = writing(call)
  for (const input of inputsOf<{ id: string | number }>(call.body, 100)) {
    const record = findRecord(call.portal, type, String(input.id))
    if (record) call.world.emit(archiveRecord(call.portal, record, call.by, call.at))
  }
}
