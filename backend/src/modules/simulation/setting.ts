import type { MappingRecord } from '#modules/mappings/find-stage-mapping.ts'
import type { KnownStage } from '#modules/pipelines/list-stages.ts'
import type { SenderCaps } from '#modules/senders/caps-of.ts'
import type { SenderChoices } from '#modules/senders/choose-sender.ts'
import type { PublishedSequence } from '#modules/sequences/get-published-sequence.ts'
import type { PortalState } from '#modules/steps/sender.ts'
import type { SendingRules } from '#shared/contract/limits.ts'

/** The portal as it would be with the draft live: what decides beside the history. */
export interface Setting {
  readonly portalId: number
  readonly portal: PortalState
  readonly senders: SenderChoices
  readonly domainCaps: SenderCaps['domains']
  /** Our app's id in HubSpot, digits. */
  readonly appId: string
  readonly rules: SendingRules
  readonly stages: readonly KnownStage[]
  /** `pipeline/stage` of those that close a deal. */
  readonly closedStages: ReadonlySet<string>
  /** By `pipeline` and `pipeline/stage`. */
  readonly labels: ReadonlyMap<string, string>
  readonly mappings: readonly SimulatedMapping[]
  /** By our id; the draft stands for its sequence. */
  readonly sequences: ReadonlyMap<string, PublishedSequence>
}

export type SimulatedMapping = Pick<MappingRecord, 'pipelineId' | 'stageId' | 'sequenceId' | 'active' | 'policy'>
