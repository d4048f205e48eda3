import type { Counted, Limit } from './limit.ts'

/**
 * The first moment from `from` on at which one more mail stays within the limit. `counted` is in order of time and may reach
 * into the future: what lies after a moment never counts against it. Pure.
 */
export function findRoom(
  limit: Limit,
  counted: readonly Counted[],
  from: Temporal.Instant,
  timeZone: string,
): Temporal.Instant {
  let moment = from
  // Ends: every turn goes forward, and after the last counted mail there is room.
  for (;;) {
    const next = whenFree(limit, counted, moment, timeZone)
    if (next === undefined) return moment
    moment = next
  }
}

/** Undefined when there is room at `moment`; else the next moment worth a look. */
function whenFree(
  { max, maxAt, window }: Limit,
  counted: readonly Counted[],
  moment: Temporal.Instant,
  timeZone: string,
): Temporal.Instant | undefined {
  if (window.kind === 'rolling') {
    const inside = counted.filter(({ at }) => isBetween(at, moment.subtract(window.span), moment))
    return whenOldOnesLeave(inside, max)?.add(window.span)
  }
  const { begin, end } = calendarSpan(window.kind, moment, timeZone)
  const inside = counted.filter(({ at }) => Temporal.Instant.compare(at, begin) >= 0 && !isAfter(at, moment))
  return total(inside) < (maxAt?.(begin) ?? max) ? undefined : end
}

/** A mail leaves a rolling window exactly one span after it was counted. */
function isBetween(at: Temporal.Instant, after: Temporal.Instant, until: Temporal.Instant): boolean {
  return isAfter(at, after) && !isAfter(at, until)
}

/** The moment of the last mail that has to leave the window before there is room; undefined when there is already. */
function whenOldOnesLeave(inside: readonly Counted[], max: number): Temporal.Instant | undefined {
  let left = total(inside)
  let last: Temporal.Instant | undefined
  for (const { at, count } of inside) {
    if (left < max) break
    left -= count
    last = at
  }
  return last
}

function total(counted: readonly Counted[]): number {
  return counted.reduce((sum, { count }) => sum + count, 0)
}

/** Days have 23 or 25 hours when clocks change, and some zones begin their hours at half past: the calendar knows. */
function calendarSpan(kind: 'hour' | 'day', moment: Temporal.Instant, timeZone: string) {
  const zoned = moment.toZonedDateTimeISO(timeZone)
  if (kind === 'day') {
    const begin = zoned.startOfDay()
    return { begin: begin.toInstant(), end: begin.add({ days: 1 }).startOfDay().toInstant() }
  }
  const begin = zoned.round({ smallestUnit: 'hour', roundingMode: 'floor' }).toInstant()
  return { begin, end: begin.add({ hours: 1 }) }
}

function isAfter(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one, other) > 0
}
