import { type Interval, wilsonInterval } from './wilson-interval.ts'

export interface Share {
  readonly count: number
  /** At least 1. */
  readonly of: number
}

export interface Difference extends Interval {
  /** First share minus second. */
  readonly value: number
}

/**
 * The difference of two independent shares with its 95 % interval: the hybrid score method, 10 of Newcombe 1998 (Statistics in
 * Medicine 17:873–890), made of the two Wilson intervals. Pure.
 */
export function compareShares(first: Share, second: Share): Difference {
  const [one, other] = [first.count / first.of, second.count / second.of]
  const [a, b] = [wilsonInterval(first.count, first.of), wilsonInterval(second.count, second.of)]
  const value = one - other
  return {
    value,
    low: value - Math.hypot(one - a.low, b.high - other),
    high: value + Math.hypot(a.high - one, other - b.low),
  }
}
