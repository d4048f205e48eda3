import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { HoldOut, NumbersQuery, SequenceNumbers } from '#shared/contract/numbers.ts'
import { describeSteps } from './describe-steps.ts'
import { describeStops } from './describe-stops.ts'
import { describeVariants } from './describe-variants.ts'
import { toSequenceLine } from './get-numbers.ts'
import { judgeHoldOut } from './judge-hold-out.ts'
import { ADVANCE_DAYS, periodOf } from './period.ts'
import { countSequences, countSteps, countStopReasons, findDefinition } from './repository.ts'
import { countHoldOut, type HoldOutCounts, hasHeldOutDeals } from './stages-repository.ts'
import { countTracked } from './tracked-repository.ts'
import { countVariants } from './variants-repository.ts'

/** One sequence in numbers, for one period: its steps, why it stopped, what it changes. Throws `not_found`. */
export async function getSequenceNumbers(
  deps: Pick<Deps, 'db' | 'clock'>,
  portal: PortalContext,
  sequenceId: string,
  query: NumbersQuery,
): Promise<SequenceNumbers> {
  const { portalId } = portal
  const period = periodOf(query, deps.clock())
  return inPortal(deps.db, portalId, async (trx) => {
    const [counts] = await countSequences(trx, portalId, period, sequenceId)
    if (!counts) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
    const steps = await countSteps(trx, portalId, sequenceId, period)
    const definition = await findDefinition(trx, portalId, sequenceId)
    const tracked = await countTracked(trx, portalId, period, sequenceId)
    const variants = await countVariants(trx, portalId, sequenceId, period)
    const stops = await countStopReasons(trx, portalId, sequenceId, period)
    const heldOut = await hasHeldOutDeals(trx, portalId, sequenceId, period)
    const compared = heldOut ? await countHoldOut(trx, portalId, sequenceId, period, ADVANCE_DAYS) : []
    return {
      from: period.from.toString(),
      to: period.to.toString(),
      advanceDays: ADVANCE_DAYS,
      sequence: toSequenceLine(counts, tracked),
      steps: describeSteps(steps, { tracked, stops }, definition),
      variants: describeVariants(variants, definition),
      stopReasons: describeStops(stops, null),
      holdOut: compare(compared),
    }
  })
}

function compare(counts: readonly HoldOutCounts[]): HoldOut | null {
  const held = counts.find(({ heldOut }) => heldOut)
  if (!held) return null
  const enrolled = counts.find(({ heldOut }) => !heldOut)
  const group = (count: HoldOutCounts | undefined) => ({ deals: count?.watched ?? 0, advanced: count?.advanced ?? 0 })
  return judgeHoldOut(group(enrolled), group(held), ADVANCE_DAYS)
}
