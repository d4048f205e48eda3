import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { DecisionOutcome, DecisionReason } from '#shared/vocabulary.ts'
import type { StageEntry } from './find-stage-entry.ts'

/** What is known of the entry when it is decided. */
export interface EntryFacts {
  readonly connectedAt: Temporal.Instant
  /** Where the deal is now; null when it no longer exists. */
  readonly deal: { readonly pipelineId: string | null; readonly stageId: string | null } | null
  readonly entry: StageEntry | undefined
  readonly mapping: { readonly sequenceId: string; readonly active: boolean } | undefined
  readonly sequence: { readonly name: string; readonly status: string; readonly version: number } | undefined
  readonly contactCount: number
}

export interface Verdict {
  readonly outcome: DecisionOutcome
  readonly reason: DecisionReason
  readonly trace: TraceLine[]
}

/** One condition of an entry: its name, the reason when it fails, and how it is looked at. */
export interface EntryCheck {
  readonly condition: string
  readonly reason: DecisionReason
  readonly look: (facts: EntryFacts) => Omit<TraceLine, 'condition'>
}

/** The conditions every entry must meet, in the order they are looked at; the rules of a mapping add theirs between. */
export const ENTRY_CHECKS = {
  dealExists: {
    condition: 'The deal exists',
    reason: 'deal_gone',
    look: ({ deal }) => ({ expected: 'exists', actual: deal ? 'exists' : 'deleted', passed: deal !== null }),
  },
  stageChanged: {
    condition: 'The stage really changed',
    reason: 'not_a_stage_entry',
    look: ({ entry }) => ({
      expected: 'another stage before',
      actual: entry
        ? entry.from === null
          ? 'created in this stage'
          : `came from ${entry.from}`
        : 'the same stage before',
      passed: entry !== undefined,
    }),
  },
  stillInStage: {
    condition: 'The deal is still in the stage',
    reason: 'stage_moved_on',
    look: ({ deal, entry }) => ({
      expected: entry?.stageId ?? '',
      actual: deal?.stageId ?? 'none',
      passed: entry?.current === true && deal?.stageId === entry.stageId,
    }),
  },
  afterConnection: {
    condition: 'It entered after Stagecue was connected',
    reason: 'before_connection',
    look: ({ entry, connectedAt }) => ({
      expected: `after ${connectedAt.toString({ smallestUnit: 'second' })}`,
      actual: entry?.enteredAt.toString({ smallestUnit: 'second' }) ?? '',
      passed: entry !== undefined && Temporal.Instant.compare(entry.enteredAt, connectedAt) >= 0,
    }),
  },
  mapped: {
    condition: 'The stage is mapped to a sequence',
    reason: 'no_mapping',
    look: ({ mapping, deal, entry }) => ({
      expected: `a mapping for ${deal?.pipelineId ?? '?'} / ${entry?.stageId ?? deal?.stageId ?? '?'}`,
      actual: mapping ? 'mapped' : 'none',
      passed: mapping !== undefined,
    }),
  },
  mappingOn: {
    condition: 'The mapping is switched on',
    reason: 'mapping_off',
    look: ({ mapping }) => ({
      expected: 'on',
      actual: mapping?.active ? 'on' : 'off',
      passed: mapping?.active === true,
    }),
  },
  sequenceActive: {
    condition: 'The sequence is active',
    reason: 'sequence_not_active',
    look: ({ sequence }) => ({
      expected: 'active',
      actual: sequence
        ? `${sequence.status}${sequence.status === 'active' ? `, version ${sequence.version}` : ''}`
        : 'never published',
      passed: sequence?.status === 'active',
    }),
  },
  hasContact: {
    condition: 'The deal has a contact',
    reason: 'no_contact',
    look: ({ contactCount }) => ({ expected: 'at least 1', actual: String(contactCount), passed: contactCount > 0 }),
  },
} satisfies Record<string, EntryCheck>
