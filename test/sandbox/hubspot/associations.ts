import type { FastifyInstance } from 'fastify'
import { ApiError, conflict, invalid, notFound } from './errors.ts'
import { associate, dissociate, type End, labelsOf } from './links.ts'
import { defaultLink, OBJECT_TYPES, toObjectType } from './object-types.ts'
import { batchAnswer, inputsOf, liveLinks } from './present.ts'
import { addRoutes, type Call, type Route } from './route.ts'
import { findRecord, linkKey } from './state.ts'
import type { LinkType, ObjectType } from './types.ts'
import type { World } from './world.ts'

interface LinkInput {
  readonly associationCategory: LinkType['category']
  readonly associationTypeId: number
}

const BATCH = ['/crm/associations/2026-09', '/crm/associations/2026-03', '/crm/v4/associations']
const SINGLE = ['/crm/objects/2026-09', '/crm/objects/2026-03', '/crm/v4/objects']

/** Associations as HubSpot's v4 and dated versions have them. Object ids are strings, `toObjectId` is a number. */
export async function associationRoutes(app: FastifyInstance, world: World) {
  const batch = (method: Route['method'], path: string, handle: Route['handle']): Route => ({
    method,
    paths: BATCH.map((base) => `${base}/:from/:to${path}`),
    family: 'associations',
    handle,
  })
  const single = (method: Route['method'], path: string, handle: Route['handle']): Route => ({
    method,
    paths: SINGLE.map((base) => `${base}/:from/:fromId/associations${path}`),
    family: 'associations',
    handle,
  })
  addRoutes(app, world, [
    batch('POST', '/batch/read', batchRead),
    batch('POST', '/batch/create', batchCreate),
    batch('POST', '/batch/associate/default', batchDefault),
    batch('POST', '/batch/archive', batchArchive),
    batch('GET', '/labels', listLabels),
    batch('POST', '/labels', createLabel),
    {
      // The 2026-09 specification has no list; batch read takes its place there.
      ...single('GET', '/:to', listLinks),
      paths: SINGLE.filter((base) => !base.endsWith('2026-09')).map((base) => `${base}/:from/:fromId/associations/:to`),
    },
    single('PUT', '/default/:to/:toId', putDefault),
    single('PUT', '/:to/:toId', putLabeled),
    single('DELETE', '/:to/:toId', removeLinks),
  ])
}

function direction(call: Call, write: boolean): { from: ObjectType; to: ObjectType } {
  const from = toObjectType(call.params.from ?? '')
  const to = toObjectType(call.params.to ?? '')
  if (!from || !to) throw new ApiError(400, 'VALIDATION_ERROR', 'Unable to infer object type of the association.')
  for (const type of [from, to]) call.need(write ? OBJECT_TYPES[type].write : OBJECT_TYPES[type].read)
  return { from, to }
}

function showLinks(call: Call, from: End, to: ObjectType, ids: readonly string[]) {
  const links = call.portal.links.get(linkKey(from.type, from.id, to))
  return ids.map((id) => ({
    toObjectId: Number(id),
    associationTypes: (links?.get(id) ?? []).map(({ category, typeId, label }) => ({ category, typeId, label })),
  }))
}

function batchRead(call: Call) {
  const { from, to } = direction(call, false)
  const results: unknown[] = []
  const errors: unknown[] = []
  const seen = new Set<string>()
  for (const input of inputsOf<{ id: string | number; after?: string }>(call.body, 1000)) {
    const id = String(input.id)
    if (seen.has(id)) continue
    seen.add(id)
    const record = findRecord(call.portal, from, id)
    const ids = record ? liveLinks(call, record, to) : []
    if (record && ids.length > 0) results.push(pageOf(call, record, id, to, ids, input.after))
    else errors.push(noneError(from, to, id))
  }
  return batchAnswer(call, results, errors)
}

function pageOf(call: Call, record: End, id: string, to: ObjectType, ids: string[], after: string | undefined) {
  const start = after ? ids.indexOf(after) + 1 : 0
  const page = ids.slice(start, start + 500)
  const last = page.at(-1)
  return {
    from: { id },
    to: showLinks(call, record, to, page),
    ...(start + 500 < ids.length && last ? { paging: { next: { after: last, link: `?after=${last}` } } } : {}),
  }
}

function noneError(from: ObjectType, to: ObjectType, id: string) {
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    message: `No ${OBJECT_TYPES[to].singular} is associated with ${OBJECT_TYPES[from].singular} ${id}.`,
    context: { fromObjectId: [id], fromObjectType: [from], toObjectType: [to] },
  }
}

interface PairInput {
  readonly from: { id: string | number }
  readonly to: { id: string | number }
  readonly types?: LinkInput[]
}

function batchCreate(call: Call) {
  return createPairs(call, inputsOf<PairInput>(call.body, 2000))
}

function batchDefault(call: Call) {
  return createPairs(
    call,
    inputsOf<PairInput>(call.body, 2000).map(({ from, to }) => ({ from, to })),
  )
}

function createPairs(call: Call, inputs: readonly PairInput[]) {
  const { from, to } = direction(call, true)
  const results = inputs.map((input) => {
    const one = { type: from, id: String(input.from.id) }
    const other = { type: to, id: String(input.to.id) }
    link(call, one, other, typesOf(call, from, to, input.types))
    return {
      fromObjectTypeId: OBJECT_TYPES[from].typeId,
      fromObjectId: Number(one.id),
      toObjectTypeId: OBJECT_TYPES[to].typeId,
      toObjectId: Number(other.id),
      labels: [],
      from: { id: one.id },
      to: { id: other.id },
      associationSpec: specOf(from, to, input.types?.[0]),
    }
  })
  call.reply.code(201)
  return batchAnswer(call, results)
}

function batchArchive(call: Call) {
  const { from, to } = direction(call, true)
  for (const input of inputsOf<{ from: { id: string }; to: { id: string }[] }>(call.body, 2000)) {
    for (const target of input.to) {
      const ends = [
        { type: from, id: String(input.from.id) },
        { type: to, id: String(target.id) },
      ] as const
      call.world.emit(dissociate(call.portal, ends[0], ends[1], call.by, call.at))
    }
  }
}

function link(call: Call, from: End, to: End, types: readonly LinkType[]) {
  for (const end of [from, to]) {
    if (!findRecord(call.portal, end.type, end.id)) throw notFound(`${end.type} ${end.id} does not exist.`)
  }
  call.world.emit(associate(call.portal, from, to, types, call.by, call.at))
}

function typesOf(call: Call, from: ObjectType, to: ObjectType, inputs: readonly LinkInput[] = []): LinkType[] {
  return inputs.map((input) => {
    const known = labelsOf(call.portal, from, to).find(
      (type) => type.typeId === input.associationTypeId && type.category === input.associationCategory,
    )
    if (!known) throw invalid(`${input.associationTypeId} is not an association type from ${from} to ${to}.`)
    return known
  })
}

function specOf(from: ObjectType, to: ObjectType, input: LinkInput | undefined) {
  const { category, typeId } = defaultLink(from, to)
  return input ?? { associationCategory: category, associationTypeId: typeId }
}

function endsOf(call: Call, write: boolean): [End, End] {
  const { from, to } = direction(call, write)
  return [
    { type: from, id: call.params.fromId ?? '' },
    { type: to, id: call.params.toId ?? '' },
  ]
}

function listLinks(call: Call) {
  const [from, { type: to }] = endsOf(call, false)
  const record = findRecord(call.portal, from.type, from.id)
  if (!record) throw notFound('resource not found')
  const ids = liveLinks(call, record, to)
  const start = ids.indexOf(call.query.get('after') ?? '') + 1
  const limit = Math.min(Number(call.query.get('limit') ?? 500), 500)
  const page = ids.slice(start, start + limit)
  const last = page.at(-1)
  return {
    results: showLinks(call, record, to, page),
    ...(start + limit < ids.length && last ? { paging: { next: { after: last, link: `?after=${last}` } } } : {}),
  }
}

function putDefault(call: Call) {
  const [from, to] = endsOf(call, true)
  link(call, from, to, [])
  const ends = [[from, to] as const, [to, from] as const]
  const results = ends.map(([one, other]) => ({
    from: { id: one.id },
    to: { id: other.id },
    associationSpec: specOf(one.type, other.type, undefined),
  }))
  return batchAnswer(call, results)
}

function putLabeled(call: Call) {
  const [from, to] = endsOf(call, true)
  const types = typesOf(call, from.type, to.type, (call.body ?? []) as LinkInput[])
  link(call, from, to, types)
  call.reply.code(201)
  return {
    fromObjectTypeId: OBJECT_TYPES[from.type].typeId,
    fromObjectId: Number(from.id),
    toObjectTypeId: OBJECT_TYPES[to.type].typeId,
    toObjectId: Number(to.id),
    labels: types.map((type) => type.label).filter((label) => label !== null),
  }
}

function removeLinks(call: Call) {
  const [from, to] = endsOf(call, true)
  call.world.emit(dissociate(call.portal, from, to, call.by, call.at))
}

function listLabels(call: Call) {
  const { from, to } = direction(call, false)
  return {
    results: labelsOf(call.portal, from, to).map(({ category, typeId, label }) => ({ category, typeId, label })),
  }
}

function createLabel(call: Call) {
  const { from, to } = direction(call, true)
  const body = call.body as { label?: string; name?: string } | null
  if (!body?.label || !body.name) throw invalid('Some required fields were not set: [label, name]')
  const key = `${from}>${to}`
  const labels = call.portal.labels.get(key) ?? []
  if (labels.some((label) => label.label === body.label)) throw conflict(`The label ${body.label} exists already.`)
  const made: LinkType = { category: 'USER_DEFINED', typeId: 2000 + labels.length, label: body.label }
  call.portal.labels.set(key, [...labels, made])
  return { results: [{ category: made.category, typeId: made.typeId, label: made.label }] }
}
