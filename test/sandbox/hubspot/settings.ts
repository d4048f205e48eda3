import type { FastifyInstance } from 'fastify'
import { invalid, notFound } from './errors.ts'
import { toObjectType } from './object-types.ts'
import { iso } from './records.ts'
import { addRoutes, type Call, type Route } from './route.ts'
import type { Owner, Pipeline, Stage } from './types.ts'
import type { World } from './world.ts'

const PIPELINE_SCOPES = ['crm.objects.deals.read', 'crm.schemas.deals.read']
/** Pipelines and owners do not change in the stand-in; HubSpot shows a date, so they have one. */
const MADE = iso(Date.UTC(2025, 0, 15, 9))

/** Pipelines, owners and account details. */
export async function settingsRoutes(app: FastifyInstance, world: World) {
  const pipelines = (path: string, handle: Route['handle']): Route => ({
    method: 'GET',
    paths: ['/crm/pipelines/2026-09', '/crm/pipelines/2026-03', '/crm/v3/pipelines'].map((base) => base + path),
    family: 'pipelines',
    scope: PIPELINE_SCOPES,
    handle,
  })
  const owners = (path: string, handle: Route['handle']): Route => ({
    method: 'GET',
    paths: ['/crm/owners/2026-09', '/crm/owners/2026-03', '/crm/v3/owners'].map((base) => base + path),
    family: 'owners',
    scope: ['crm.objects.owners.read'],
    handle,
  })
  addRoutes(app, world, [
    pipelines('/:objectType', (call) => ({ results: pipelinesOf(call).map(showPipeline) })),
    pipelines('/:objectType/:pipelineId', (call) => showPipeline(pickPipeline(call), 0)),
    pipelines('/:objectType/:pipelineId/stages', (call) => ({ results: pickPipeline(call).stages.map(showStage) })),
    pipelines('/:objectType/:pipelineId/stages/:stageId', showOneStage),
    owners('', listOwners),
    owners('/', listOwners),
    owners('/:ownerId', showOneOwner),
    {
      method: 'GET',
      paths: ['/account-info/2026-09/details', '/account-info/2026-03/details', '/account-info/v3/details'],
      family: 'account',
      scope: ['oauth'],
      handle: showAccount,
    },
  ])
}

function pipelinesOf(call: Call): readonly Pipeline[] {
  const type = toObjectType(call.params.objectType ?? '')
  if (!type) throw invalid(`Unable to infer object type from: ${call.params.objectType}`)
  return type === 'deals' ? call.portal.pipelines : []
}

function pickPipeline(call: Call): Pipeline {
  const pipeline = pipelinesOf(call).find((candidate) => candidate.id === call.params.pipelineId)
  if (!pipeline) throw notFound(`Pipeline ${call.params.pipelineId} does not exist.`)
  return pipeline
}

function showPipeline(pipeline: Pipeline, displayOrder: number) {
  const { id, label } = pipeline
  return {
    id,
    label,
    displayOrder,
    archived: false,
    createdAt: MADE,
    updatedAt: MADE,
    stages: pipeline.stages.map(showStage),
  }
}

function showStage(stage: Stage, displayOrder: number) {
  return {
    id: stage.id,
    label: stage.label,
    displayOrder,
    metadata: { probability: stage.probability, isClosed: String(stage.isClosed) },
    archived: false,
    writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
    createdAt: MADE,
    updatedAt: MADE,
  }
}

function showOneStage(call: Call) {
  const { stages } = pickPipeline(call)
  const index = stages.findIndex((stage) => stage.id === call.params.stageId)
  const stage = stages[index]
  if (!stage) throw notFound(`Stage ${call.params.stageId} does not exist.`)
  return showStage(stage, index)
}

function listOwners(call: Call) {
  const limit = Number(call.query.get('limit') ?? 100)
  if (!(limit >= 1 && limit <= 500)) throw invalid('limit must be between 1 and 500.')
  const email = call.query.get('email')?.toLowerCase()
  const all = call.query.get('archived') === 'true' ? [] : call.portal.owners
  const matching = all.filter((owner) => !email || owner.email.toLowerCase() === email)
  const after = call.query.get('after')
  const start = after ? matching.findIndex((owner) => owner.id === after) + 1 : 0
  const page = matching.slice(start, start + limit)
  const last = page.at(-1)
  return {
    results: page.map(showOwner),
    ...(start + limit < matching.length && last
      ? { paging: { next: { after: last.id, link: `?after=${last.id}` } } }
      : {}),
  }
}

function showOneOwner(call: Call) {
  const id = call.params.ownerId ?? ''
  const byUser = call.query.get('idProperty') === 'userId'
  const owner = call.portal.owners.find((candidate) => (byUser ? String(candidate.userId) === id : candidate.id === id))
  if (!owner) throw notFound(`Owner ${id} does not exist.`)
  return showOwner(owner)
}

function showOwner(owner: Owner) {
  return {
    id: owner.id,
    email: owner.email,
    type: 'PERSON',
    firstName: owner.firstName,
    lastName: owner.lastName,
    userId: owner.userId,
    userIdIncludingInactive: owner.userId,
    archived: false,
    teams: [],
    createdAt: MADE,
    updatedAt: MADE,
  }
}

function showAccount({ portal }: Call) {
  const sign = portal.utcOffset.startsWith('-') ? -1 : 1
  const [hours = 0, minutes = 0] = portal.utcOffset.slice(1).split(':').map(Number)
  return {
    portalId: portal.portalId,
    accountType: 'DEVELOPER_TEST',
    timeZone: portal.timeZone,
    companyCurrency: portal.currency,
    additionalCurrencies: [],
    utcOffset: portal.utcOffset,
    utcOffsetMilliseconds: sign * (hours * 60 + minutes) * 60_000,
    uiDomain: 'app.hubspot.com',
    dataHostingLocation: 'na1',
  }
}
