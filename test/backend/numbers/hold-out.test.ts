import { describe, expect, test } from 'vitest'
import { isHeldOut } from '#modules/numbers/is-held-out.ts'
import { judgeHoldOut } from '#modules/numbers/judge-hold-out.ts'

const SEQUENCE = '01890000-0000-7000-8000-000000000001'
const OTHER = '01890000-0000-7000-8000-000000000002'
const key = (dealId: number, sequenceId = SEQUENCE, portalId = 1) => ({ portalId, sequenceId, dealId: String(dealId) })
const deals = Array.from({ length: 20_000 }, (_, index) => 9_000 + index)
const held = (percent: number, sequenceId = SEQUENCE, portalId = 1) =>
  deals.filter((dealId) => isHeldOut(key(dealId, sequenceId, portalId), percent))

describe('a deal’s place', () => {
  test('is the same for ever', () => {
    // Computed elsewhere with SHA-256: another hash would move deals between the groups.
    const places = [9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008].map((dealId) => isHeldOut(key(dealId), 30))
    expect(places).toEqual([true, false, false, false, false, false, false, true])
  })

  test.each([1, 10, 25, 50])('%i percent holds out about so many', (percent) => {
    const share = (held(percent).length / deals.length) * 100
    expect(share).toBeGreaterThan(percent * 0.85 - 0.1)
    expect(share).toBeLessThan(percent * 1.15 + 0.1)
  })

  test('nobody at 0 and everybody at 100', () => {
    expect(held(0)).toEqual([])
    expect(held(100)).toEqual(deals)
  })

  test('a larger share keeps who was held out before', () => {
    const larger = new Set(held(20))
    expect(held(10).every((dealId) => larger.has(dealId))).toBe(true)
  })

  test.each([
    ['sequence', OTHER, 1],
    ['account', SEQUENCE, 2],
  ])('another %s draws anew', (_what, sequenceId, portalId) => {
    const first = new Set(held(50))
    const both = held(50, sequenceId, portalId).filter((dealId) => first.has(dealId)).length
    // Half of a half, when the two know nothing of each other.
    expect(both / deals.length).toBeGreaterThan(0.23)
    expect(both / deals.length).toBeLessThan(0.27)
  })
})

describe('what the comparison says', () => {
  test.each([
    [{ deals: 400, advanced: 200 }, { deals: 29, advanced: 3 }, 29],
    [{ deals: 0, advanced: 0 }, { deals: 80, advanced: 20 }, 0],
  ])('too few deals are no comparison', (enrolled, heldOut, least) => {
    const { difference, sentence } = judgeHoldOut(enrolled, heldOut, 14)
    expect(difference).toBeNull()
    expect(sentence).toBe(
      `Not enough data yet: each group needs 30 deals that entered at least 14 days ago, the smaller one has ${least}.`,
    )
  })

  test('a difference that may be chance is none yet', () => {
    const { difference, sentence } = judgeHoldOut({ deals: 100, advanced: 40 }, { deals: 40, advanced: 14 }, 14)
    expect(difference?.value).toBeCloseTo(0.05, 10)
    expect(sentence).toBe(
      'No difference can be told from chance yet: it may lie between −12.9 and 21.2 percentage points. Wait for more deals.',
    )
  })

  test('a clear one is said with its interval, either way round', () => {
    const [many, few] = [
      { deals: 70, advanced: 56 },
      { deals: 80, advanced: 48 },
    ]
    expect(judgeHoldOut(many, few, 14).sentence).toBe(
      '20.0 percentage points more of the enrolled deals moved forward within 14 days (likely between 5.2 and 33.4 percentage points).',
    )
    expect(judgeHoldOut(few, many, 14).sentence).toBe(
      '20.0 percentage points fewer of the enrolled deals moved forward within 14 days (likely between −33.4 and −5.2 percentage points).',
    )
  })
})
