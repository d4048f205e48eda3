import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { API_VERSION } from '#hubspot/family.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import type { Change } from '#shared/contract/common.ts'
import type { Pipelines } from '#shared/contract/pipeline.ts'
import { readPipelines } from './list-pipelines.ts'
import {
  listPipelineRecords,
  listStageRecords,
  lockRefreshedAt,
  type PipelineRecord,
  type StageRecord,
  setRefreshedAt,
  upsertPipelines,
  upsertStages,
} from './repository.ts'

/** What we need of HubSpot's list (HubSpot docs, pipelines); the rest of the answer is ignored. */
const PipelineList = Type.Object({
  results: Type.Array(
    Type.Object({
      id: Type.String({ minLength: 1 }),
      label: Type.String(),
      displayOrder: Type.Optional(Type.Number()),
      archived: Type.Optional(Type.Boolean()),
      stages: Type.Array(
        Type.Object({
          id: Type.String({ minLength: 1 }),
          label: Type.String(),
          displayOrder: Type.Optional(Type.Number()),
          archived: Type.Optional(Type.Boolean()),
          metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        }),
      ),
    }),
    { minItems: 1 },
  ),
})

/**
 * Reads all deal pipelines from HubSpot and makes ours the same: labels follow, ids stay, what is gone is archived so that
 * its mappings can say so. HubSpot has no webhook for pipeline edits, so this runs when a portal connects, when a person asks,
 * when a deal is in a stage that is not known (`learnStages`), and every few hours (`keepPipelines`). With `change` a repeat of it gets the first's answer. Throws what
 * `HubSpot.call` throws, and `not_found` for a portal that never connected.
 */
export async function refreshPipelines(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'hubspot'>,
  portal: PortalContext,
  change?: Change,
): Promise<Pipelines> {
  const askedAt = deps.clock()
  const answer = await deps.hubspot.call(portal.portalId, {
    method: 'GET',
    path: `/crm/pipelines/${API_VERSION.pipelines}/deals`,
    family: 'crm',
    repeatable: true,
  })
  const list = parseList(answer.body)
  const work = (trx: Trx) => store(deps, trx, portal, list, askedAt)
  return change
    ? once(deps, portal, { key: change.idempotencyKey, operation: 'pipelines.refresh', input: {} }, work)
    : inPortal(deps.db, portal.portalId, work)
}

/** An account always keeps a deal pipeline: an empty or strange list is a fault, and must not archive everything. */
function parseList(body: unknown): Static<typeof PipelineList> {
  if (Value.Check(PipelineList, body)) return body
  throw new AppError('hubspot_rejected', 'HubSpot sent no list of pipelines. Try again in a few minutes.')
}

async function store(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  list: Static<typeof PipelineList>,
  askedAt: Temporal.Instant,
): Promise<Pipelines> {
  const { portalId } = portal
  const installation = await lockRefreshedAt(trx, portalId)
  if (!installation) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  const last = installation.pipelinesRefreshedAt
  // Somebody asked HubSpot after we did and was faster: our list is the older one.
  if (last && Temporal.Instant.compare(last, askedAt) > 0) return readPipelines(trx, portalId)

  const { pipelines, stages } = toRecords(list)
  const hadPipelines = await listPipelineRecords(trx, portalId)
  const hadStages = await listStageRecords(trx, portalId)
  const pipelineIds = new Set(pipelines.map(pipelineKey))
  const stageIds = new Set(stages.map(stageKey))
  const gonePipelines = hadPipelines.filter((had) => !had.archived && !pipelineIds.has(pipelineKey(had)))
  const goneStages = hadStages.filter((had) => !had.archived && !stageIds.has(stageKey(had)))
  await upsertPipelines(trx, portalId, [...pipelines, ...gonePipelines.map((gone) => ({ ...gone, archived: true }))])
  await upsertStages(trx, portalId, [...stages, ...goneStages.map((gone) => ({ ...gone, archived: true }))])
  await setRefreshedAt(trx, portalId, askedAt)
  const isNews = !isSame(hadPipelines, pipelines, gonePipelines) || !isSame(hadStages, stages, goneStages)
  // What reads them by itself has nothing to tell as long as they are the same.
  if (isNews || portal.actor.kind === 'user') {
    await recordActivity(deps, trx, portal, {
      kind: 'pipelines.refreshed',
      data: { pipelines: pipelines.length, stages: stages.length, goneStages: goneStages.length },
    })
  }
  return readPipelines(trx, portalId)
}

/** Whether what is there now was there before, and nothing is gone. */
function isSame(had: readonly object[], now: readonly object[], gone: readonly object[]): boolean {
  const before = new Set(had.map(textOf))
  return gone.length === 0 && now.every((record) => before.has(textOf(record)))
}

function textOf(record: object): string {
  return JSON.stringify(Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

function toRecords(list: Static<typeof PipelineList>): { pipelines: PipelineRecord[]; stages: StageRecord[] } {
  const pipelines = new Map<string, PipelineRecord>()
  const stages = new Map<string, StageRecord>()
  for (const [index, pipeline] of list.results.entries()) {
    const { id: pipelineId, label, archived = false } = pipeline
    pipelines.set(pipelineId, { pipelineId, label, displayOrder: orderOf(pipeline, index), archived })
    for (const [place, stage] of pipeline.stages.entries()) {
      const record = {
        pipelineId,
        stageId: stage.id,
        label: stage.label,
        displayOrder: orderOf(stage, place),
        // HubSpot sends metadata as text.
        isClosed: String(stage.metadata?.isClosed) === 'true',
        isLost: String(stage.metadata?.isClosed) === 'true' && Number(stage.metadata?.probability) === 0,
        archived: archived || (stage.archived ?? false),
      }
      stages.set(stageKey(record), record)
    }
  }
  return { pipelines: [...pipelines.values()], stages: [...stages.values()] }
}

/** HubSpot's own order; `-1` and numbers beyond an integer column exist in old accounts. */
function orderOf(item: { displayOrder?: number }, index: number): number {
  const order = item.displayOrder ?? index
  return Number.isInteger(order) && Math.abs(order) < 2 ** 31 ? order : index
}

function pipelineKey(pipeline: { pipelineId: string }): string {
  return pipeline.pipelineId
}

function stageKey(stage: { pipelineId: string; stageId: string }): string {
  return JSON.stringify([stage.pipelineId, stage.stageId])
}
