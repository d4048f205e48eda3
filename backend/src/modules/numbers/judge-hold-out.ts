import type { HoldOut } from '#shared/contract/numbers.ts'
import { compareShares } from './compare-shares.ts'

type Group = HoldOut['enrolled']

/** Below this many deals in a group an interval is wider than anything a sequence could bring. */
const ENOUGH = 30

/**
 * What a comparison of enrolled deals with held out ones says: the difference of the shares that moved forward within `days` days
 * and whether it can be told from chance. A difference whose interval holds zero is none yet, however large it looks. Pure.
 */
export function judgeHoldOut(enrolled: Group, heldOut: Group, days: number): HoldOut {
  const groups = { enrolled, heldOut }
  const least = Math.min(enrolled.deals, heldOut.deals)
  if (least < ENOUGH) {
    const sentence = `Not enough data yet: each group needs ${ENOUGH} deals that entered at least ${days} days ago, the smaller one has ${least}.`
    return { ...groups, difference: null, sentence }
  }
  const difference = compareShares(
    { count: enrolled.advanced, of: enrolled.deals },
    { count: heldOut.advanced, of: heldOut.deals },
  )
  return { ...groups, difference, sentence: describe(difference, days) }
}

function describe({ value, low, high }: NonNullable<HoldOut['difference']>, days: number): string {
  const range = `between ${points(low)} and ${points(high)} percentage points`
  if (low <= 0 && high >= 0) {
    return `No difference can be told from chance yet: it may lie ${range}. Wait for more deals.`
  }
  const more = value > 0 ? 'more' : 'fewer'
  return `${points(Math.abs(value))} percentage points ${more} of the enrolled deals moved forward within ${days} days (likely ${range}).`
}

/** One decimal; a real minus sign. */
function points(share: number): string {
  const text = (share * 100).toFixed(1)
  return text === '-0.0' ? '0.0' : text.replace('-', '−')
}
