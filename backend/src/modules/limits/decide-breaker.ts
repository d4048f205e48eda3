/** First mails stop from this share of hard bounces on, as at Reply.io within a day (support.reply.io, article 1830284). */
export const BOUNCE_SHARE = 0.08
/** Fewer mails than this say nothing about a list. */
export const BOUNCE_MAILS = 50
/** Mails and bounces of this long count. */
export const BOUNCE_WINDOW = Temporal.Duration.from({ hours: 24 })

/** What one sequence sent within the window, and how many of these mails came back for good. */
export interface BounceCount {
  readonly sequenceId: string
  readonly mails: number
  readonly hardBounces: number
}

/** First mails of a sequence must stop, or of the whole portal (null). `reason` is for people. */
export interface BreakerStop {
  readonly sequenceId: string | null
  readonly reason: string
}

/**
 * Whether too many mails bounce. First each sequence by itself; then the portal by what is left: sequences whose first mails
 * are stopped are not its fault any more, `stopped` among them. So one bad list stops one sequence, and many small ones stop
 * the portal. Pure. Stops nothing twice: what is in `stopped` (null for the portal) is not named again.
 */
export function decideBreaker(
  counts: readonly BounceCount[],
  stopped: ReadonlySet<string | null>,
): readonly BreakerStop[] {
  const tripping = counts.filter((count) => tooMany(count))
  const rest = counts.filter((count) => !tooMany(count) && !stopped.has(count.sequenceId))
  const total = {
    mails: rest.reduce((sum, { mails }) => sum + mails, 0),
    hardBounces: rest.reduce((sum, { hardBounces }) => sum + hardBounces, 0),
  }
  const stops: BreakerStop[] = tripping
    .filter(({ sequenceId }) => !stopped.has(sequenceId))
    .map((count) => ({ sequenceId: count.sequenceId, reason: reasonOf(count, 'this sequence') }))
  if (tooMany(total) && !stopped.has(null)) {
    stops.push({ sequenceId: null, reason: reasonOf(total, 'this HubSpot account') })
  }
  return stops
}

type Bounced = Omit<BounceCount, 'sequenceId'>

function tooMany({ mails, hardBounces }: Bounced): boolean {
  return mails >= BOUNCE_MAILS && hardBounces >= mails * BOUNCE_SHARE
}

function reasonOf({ mails, hardBounces }: Bounced, whose: string): string {
  return `${hardBounces} of the last ${mails} mails of ${whose} bounced. Check the addresses first.`
}
