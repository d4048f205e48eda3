import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { readRules } from '#modules/limits/get-rules.ts'
import { listStages } from '#modules/pipelines/list-stages.ts'
import { readCaps } from '#modules/senders/read-caps.ts'
import type { Setting } from '#modules/simulation/setting.ts'
import { getMailFacts } from '#modules/steps/get-mail-facts.ts'
import { listClosedStages } from '#modules/steps/list-closed-stages.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { leadsTo } from './leads-to.ts'
import { type MappingFacts, selectMappings, selectPublished } from './setting-repository.ts'

/** A draft that is asked about; a stage when no mapping leads to it yet. */
export interface AskedDraft {
  readonly sequenceId: string
  readonly name: string
  readonly definition: SequenceDefinition
  readonly stage: { readonly pipelineId: string; readonly stageId: string } | null
}

/**
 * The portal as it would be if the draft were published and its mappings switched on. Throws `not_found` for a portal that never
 * connected, and `invalid_input` when no stage starts the draft.
 */
export async function readSetting(
  deps: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
  draft: AskedDraft,
): Promise<Setting> {
  const { portal, labels, senders } = await getMailFacts(deps, trx, portalId)
  const published = await selectPublished(trx, portalId)
  const version = (published.find(({ id }) => id === draft.sequenceId)?.version ?? 0) + 1
  const { sequenceId: id, name, definition } = draft
  const sequences = new Map(published.map((sequence) => [sequence.id, sequence]))
  return {
    portalId,
    portal,
    senders,
    domainCaps: (await readCaps(trx, portalId)).domains,
    appId: deps.settings.appId,
    rules: await readRules(trx, portalId),
    stages: await listStages(trx, portalId),
    closedStages: await listClosedStages(trx, portalId),
    labels,
    mappings: mappingsWith(draft, await selectMappings(trx, portalId)),
    sequences: sequences.set(id, { id, name, status: 'active', version, definition }),
  }
}

/** The portal's mappings, those to the draft switched on, or the asked stage's replaced. Pure. */
export function mappingsWith({ sequenceId, stage }: AskedDraft, known: readonly MappingFacts[]): MappingFacts[] {
  const leads = (mapping: MappingFacts) => leadsTo(sequenceId, mapping)
  if (stage) {
    const others = known.filter(
      (mapping) => mapping.pipelineId !== stage.pipelineId || mapping.stageId !== stage.stageId,
    )
    const there = known.find((mapping) => !others.includes(mapping) && mapping.sequenceId === sequenceId)
    return [...others, { ...stage, sequenceId, active: true, policy: there?.policy ?? DEFAULT_POLICY }]
  }
  if (!known.some(leads)) {
    const message = 'No stage starts this sequence yet. Choose the stage that should start it.'
    throw new AppError('invalid_input', message, { field: 'stage' })
  }
  return known.map((mapping) => (leads(mapping) ? { ...mapping, active: true } : mapping))
}
