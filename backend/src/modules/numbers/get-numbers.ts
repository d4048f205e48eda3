import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Numbers, NumbersQuery, SequenceLine, StageLine } from '#shared/contract/numbers.ts'
import { describeTracked } from './describe-tracked.ts'
import { ADVANCE_DAYS, periodOf } from './period.ts'
import { countSequences, type SequenceCounts } from './repository.ts'
import { countStages, type StageCounts } from './stages-repository.ts'
import { countTracked, type TrackedCounts } from './tracked-repository.ts'

/** The account's sequences and stages in numbers, for one period: three statements. */
export async function getNumbers(
  deps: Pick<Deps, 'db' | 'clock'>,
  portal: PortalContext,
  query: NumbersQuery,
): Promise<Numbers> {
  const { portalId } = portal
  const period = periodOf(query, deps.clock())
  const { sequences, tracked, stages } = await inPortal(deps.db, portalId, async (trx) => ({
    sequences: await countSequences(trx, portalId, period),
    tracked: await countTracked(trx, portalId, period),
    stages: await countStages(trx, portalId, period, ADVANCE_DAYS),
  }))
  return {
    from: period.from.toString(),
    to: period.to.toString(),
    advanceDays: ADVANCE_DAYS,
    sequences: sequences.map((counts) => toSequenceLine(counts, tracked)),
    stages: stages.map(toStageLine),
  }
}

/** `tracked` may hold other sequences and single steps, too. Pure. */
export function toSequenceLine(
  { returned, ...counts }: SequenceCounts,
  tracked: readonly TrackedCounts[],
): SequenceLine {
  const own = tracked.find(({ sequenceId, stepId }) => sequenceId === counts.sequenceId && stepId === null)
  return { ...counts, delivered: Math.max(0, counts.sent - returned), ...describeTracked(own) }
}

function toStageLine(counts: StageCounts): StageLine {
  const { pipelineId, stageId, pipelineLabel, stageLabel, enrolledDeals, otherDeals, secondsInStage } = counts
  return {
    pipelineId,
    stageId,
    pipelineLabel,
    stageLabel,
    enrolledDeals,
    otherDeals,
    hoursInStage: secondsInStage === null ? null : secondsInStage / 3600,
    enrolled: { deals: counts.watchedEnrolled, advanced: counts.advancedEnrolled },
    others: { deals: counts.watchedOthers, advanced: counts.advancedOthers },
  }
}
