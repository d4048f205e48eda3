import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { type BounceCount, decideBreaker } from '#modules/limits/decide-breaker.ts'
import { listStops } from '#modules/limits/list-stops.ts'
import { tripBreaker } from '#modules/limits/trip-breaker.ts'
import { useSending } from '#test/backend/steps/use-sending.ts'

const count = (sequenceId: string, mails: number, hardBounces: number): BounceCount => ({
  sequenceId,
  mails,
  hardBounces,
})
const stopped = (...ids: (string | null)[]) => new Set(ids)

test.each<[string, BounceCount[], Set<string | null>, (string | null)[]]>([
  ['nothing sent', [], stopped(), []],
  ['8 % of 50', [count('A', 50, 4)], stopped(), ['A']],
  ['less than 8 %', [count('A', 100, 7)], stopped(), []],
  ['exactly 8 % of 100', [count('A', 100, 8)], stopped(), ['A']],
  ['all of 49: too few to tell', [count('A', 49, 49)], stopped(), []],
  ['one bad list stops one sequence, not the portal', [count('A', 500, 100), count('B', 500, 1)], stopped(), ['A']],
  ['two bad lists stop two', [count('A', 60, 6), count('B', 60, 6)], stopped(), ['A', 'B']],
  ['many small sequences stop the portal', [count('A', 30, 3), count('B', 30, 3)], stopped(), [null]],
  ['a bad list and bad small ones', [count('A', 60, 6), count('B', 30, 3), count('C', 30, 3)], stopped(), ['A', null]],
  ['what is stopped is not stopped again', [count('A', 60, 6)], stopped('A'), []],
  ['a portal that is stopped is not stopped again', [count('A', 30, 3), count('B', 30, 3)], stopped(null), []],
  ['a stopped sequence is not the portal’s fault', [count('A', 49, 40), count('B', 51, 0)], stopped('A'), []],
])('%s', (_what, counts, already, expected) => {
  expect(decideBreaker(counts, already).map(({ sequenceId }) => sequenceId)).toEqual(expected)
})

test('the reason says how many bounced and what to do', () => {
  expect(decideBreaker([count('A', 50, 5)], stopped())[0]?.reason).toBe(
    '5 of the last 50 mails of this sequence bounced. Check the addresses first.',
  )
})

const { db, start } = useSending()

test('a tripped breaker is a stop of first mails, and trips once', async () => {
  const sending = await start()
  const { deps, portal, sequenceId } = sending
  const trip = () =>
    inPortal(db, sending.portalId, (trx) => tripBreaker(deps, trx, portal, [count(sequenceId, 50, 10)]))
  expect(await trip()).toMatchObject([{ sequenceId }])
  expect(await trip()).toEqual([])
  expect(await inPortal(db, sending.portalId, (trx) => listStops(trx, portal))).toMatchObject([
    { sequenceId, mails: 'first', cause: 'bounces', stoppedBy: 'worker' },
  ])
})

test('two workers that count the same bounces trip it once', async () => {
  const sending = await start()
  const trip = () =>
    inPortal(db, sending.portalId, (trx) =>
      tripBreaker(sending.deps, trx, sending.portal, [count(sending.sequenceId, 50, 10)]),
    )
  const tripped = await Promise.all([trip(), trip(), trip()])
  expect(tripped.flat()).toHaveLength(1)
})
