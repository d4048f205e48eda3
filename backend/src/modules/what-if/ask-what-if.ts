import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import { nameOf } from '#modules/limits/name-of.ts'
import { listStages } from '#modules/pipelines/list-stages.ts'
import type { AskWhatIf, WhatIf, WhatIfStage } from '#shared/contract/what-if.ts'
import { describeRun } from './describe-run.ts'
import { mappingsWith } from './read-setting.ts'
import { findDraft, findRun, replaceRun } from './repository.ts'
import { selectMappings } from './setting-repository.ts'

/** One lane for each question; its key is the sequence's id. */
export const WHAT_IF = 'what_if'

/**
 * Asks what the saved draft would have done in the last 90 days; a worker answers. An older question of the sequence is
 * dropped. Throws `not_found`, and `invalid_input` when no stage would start it.
 */
export function askWhatIf(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  sequenceId: string,
  { startedBy, idempotencyKey }: AskWhatIf,
): Promise<WhatIf> {
  const { portalId, actor } = portal
  const stage = startedBy.kind === 'stage' ? { pipelineId: startedBy.pipelineId, stageId: startedBy.stageId } : null
  const change = { key: idempotencyKey, operation: 'what_if.ask', input: { sequenceId, stage } }
  return once(deps, portal, change, async (trx) => {
    const found = await findDraft(trx, portalId, sequenceId)
    if (!found) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
    const { name, draft: definition, revision } = found
    if (stage && !(await isKnown(trx, portalId, stage))) {
      throw new AppError('not_found', 'HubSpot has no such stage. Read the pipelines again.')
    }
    mappingsWith({ sequenceId, name, definition, stage }, await selectMappings(trx, portalId))
    const asked = { askedAt: deps.clock(), askedBy: nameOf(actor) }
    await replaceRun(trx, portalId, { sequenceId, id: deps.ids(), stage, name, definition, revision, ...asked })
    await wakeLane(trx, portalId, WHAT_IF, sequenceId, deps.clock())
    return describeRun(trx, portalId, sequenceId, revision, await findRun(trx, portalId, sequenceId))
  })
}

async function isKnown(trx: Trx, portalId: number, { pipelineId, stageId }: WhatIfStage): Promise<boolean> {
  const stages = await listStages(trx, portalId)
  return stages.some((stage) => stage.pipelineId === pipelineId && stage.stageId === stageId)
}
