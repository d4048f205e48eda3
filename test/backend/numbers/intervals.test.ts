import { expect, test } from 'vitest'
import { compareShares } from '#modules/numbers/compare-shares.ts'
import { wilsonInterval } from '#modules/numbers/wilson-interval.ts'

/** Newcombe 1998, Statistics in Medicine 17:857–872, table I, method 3 (score). */
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('%i of %i lies between %f and %f', (count, of, low, high) => {
  const interval = wilsonInterval(count, of)
  expect(interval.low).toBeCloseTo(low, 4)
  expect(interval.high).toBeCloseTo(high, 4)
})

/** Newcombe 1998, Statistics in Medicine 17:873–890, table II, method 10 (score). */
test.each([
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [6, 7, 2, 7, 0.0582, 0.8062],
  [5, 56, 0, 29, -0.0381, 0.1926],
  [0, 10, 0, 20, -0.1611, 0.2775],
  [0, 10, 0, 10, -0.2775, 0.2775],
  [10, 10, 0, 20, 0.6791, 1],
  [10, 10, 0, 10, 0.6075, 1],
])('%i of %i less %i of %i lies between %f and %f', (count, of, otherCount, otherOf, low, high) => {
  const difference = compareShares({ count, of }, { count: otherCount, of: otherOf })
  expect(difference.value).toBeCloseTo(count / of - otherCount / otherOf, 10)
  expect(difference.low).toBeCloseTo(low, 4)
  expect(difference.high).toBeCloseTo(high, 4)
})

test('swapping the groups turns the interval round', () => {
  const [one, other] = [
    { count: 12, of: 40 },
    { count: 31, of: 55 },
  ]
  const there = compareShares(one, other)
  const back = compareShares(other, one)
  expect(back.low).toBeCloseTo(-there.high, 12)
  expect(back.high).toBeCloseTo(-there.low, 12)
})
