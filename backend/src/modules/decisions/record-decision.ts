import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { DecisionOutcome, DecisionReason } from '#shared/vocabulary.ts'
import { insertDecisions } from './repository.ts'

export interface DecisionSubject {
  readonly dealId: string
  readonly eventId: number | null
  readonly entryId: string | null
  /** HubSpot's id; null for a decision about the deal as a whole. */
  readonly contactId: string | null
  readonly sequenceId: string | null
}

/** What was decided, and why. */
export interface RecordedVerdict {
  readonly outcome: DecisionOutcome
  readonly reason: DecisionReason
  readonly trace: readonly TraceLine[]
  /** What would turn it round, as a sentence. */
  readonly nearestChange?: string
}

/** Keeps a verdict with every condition that was evaluated, positive or negative (behaviors IL-51 to IL-54). */
export async function recordDecision(
  deps: Pick<Deps, 'clock' | 'ids' | 'metrics'>,
  trx: Trx,
  portalId: number,
  subject: DecisionSubject,
  verdict: RecordedVerdict,
): Promise<void> {
  const { entryId, ...rest } = subject
  await insertDecisions(trx, [
    {
      portalId,
      id: deps.ids(),
      ...rest,
      stageEntryId: entryId,
      outcome: verdict.outcome,
      reason: verdict.reason,
      trace: JSON.stringify(verdict.trace),
      decidedAt: deps.clock(),
      nearestChange: verdict.nearestChange ?? null,
    },
  ])
  deps.metrics.count('decisions_total', { reason: verdict.reason })
}
