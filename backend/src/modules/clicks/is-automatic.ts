/** Mail filters follow the links of a mail while it is delivered; a person has not even seen it. */
export const TOO_SOON = Temporal.Duration.from({ seconds: 10 })
/** Nobody follows two links of a mail within this; a program follows all. */
export const TOGETHER = Temporal.Duration.from({ seconds: 1 })
/** When a click is judged: what a program does within a second of it must be known. */
export const JUDGED_AFTER = Temporal.Duration.from({ seconds: 2 })

/** Whether it happened too soon after the mail server took the mail to be a person. Pure. */
export function isTooSoon(at: Temporal.Instant, handedOverAt: Temporal.Instant): boolean {
  return Temporal.Instant.compare(at, handedOverAt.add(TOO_SOON)) < 0
}

/** Whether a program followed the link, and no person. Pure. */
export function isAutomatic(click: {
  readonly clickedAt: Temporal.Instant
  readonly handedOverAt: Temporal.Instant
  /** Another link of the mail was followed within `TOGETHER`. */
  readonly withOthers: boolean
}): boolean {
  return click.withOthers || isTooSoon(click.clickedAt, click.handedOverAt)
}
