import { Alert, ErrorState, LoadingSpinner } from '@hubspot/ui-extensions'
import { createRenderer } from '@hubspot/ui-extensions/testing'
import { ApiError, useLoad, usePolling } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import type { DealCard } from '#shared/contract/enrollment.ts'
import { deferred } from './support/deferred.ts'
import { dealCard } from './support/fixtures.ts'
import { manualTimers } from './support/manual-timers.ts'
import { openCard } from './support/open-card.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })
const named = (stageLabel: string, changes: Partial<DealCard> = {}) => {
  const deal = dealCard(changes)
  return { ...deal, deal: { ...deal.deal, stageLabel } }
}
const unreachable = () => new ApiError({ code: 'http_502', message: 'Stagecue could not be reached.', happened: 'no' })

test('asks every 2 s while an event is being worked on and every 15 s otherwise', async () => {
  const readDeal = vi.fn<() => Promise<DealCard>>()
  readDeal.mockResolvedValueOnce(dealCard({ working: true })).mockResolvedValue(dealCard())
  const card = openCard({ readDeal })
  await until(() => expect(card.clock.waits()).toEqual([2_000]))
  expect(card.find(LoadingSpinner).props.label).toBe('Working on the latest change')

  card.clock.fire()
  await until(() => expect(card.clock.waits()).toEqual([15_000]))
  expect(card.maybeFind(LoadingSpinner)).toBeNull()
})

test('asks every 2 s for about 30 s after a change', async () => {
  const card = openCard()
  await until(() => expect(card.clock.waits()).toEqual([15_000]))

  card.button('Pause').trigger('onClick')
  for (let asked = 0; asked < 15; asked++) {
    await until(() => expect(card.clock.waits()).toEqual([2_000]))
    card.clock.fire()
    await until(() => expect(card.clock.waits()).toHaveLength(1))
  }
  await until(() => expect(card.clock.waits()).toEqual([15_000]))
})

test('never asks while a question is under way', async () => {
  const answer = deferred<DealCard>()
  const readDeal = vi.fn<() => Promise<DealCard>>()
  readDeal.mockResolvedValueOnce(dealCard()).mockReturnValueOnce(answer.promise).mockResolvedValue(dealCard())
  const card = openCard({ readDeal })
  await until(() => expect(card.clock.waits()).toEqual([15_000]))

  card.clock.fire()
  await until(() => expect(readDeal).toHaveBeenCalledTimes(2))
  expect(card.clock.waits()).toEqual([])

  answer.resolve(dealCard())
  await until(() => expect(card.clock.waits()).toEqual([15_000]))
})

test('while asking again, and when that fails, the last state stays on screen', async () => {
  const answer = deferred<DealCard>()
  const readDeal = vi.fn<() => Promise<DealCard>>()
  readDeal
    .mockResolvedValueOnce(named('Contract sent'))
    .mockReturnValueOnce(answer.promise)
    .mockResolvedValue(named('Closed won'))
  const card = openCard({ readDeal })
  await until(() => expect(card.clock.waits()).toEqual([15_000]))

  card.clock.fire()
  await until(() => expect(readDeal).toHaveBeenCalledTimes(2))
  expect(card.screen()).toContain('Contract sent')

  answer.reject(unreachable())
  await until(() => expect(card.find(Alert).props.title).toBe('This may be out of date'))
  expect(card.screen()).toContain('Contract sent')
  expect(card.maybeFind(ErrorState)).toBeNull()

  await until(() => expect(card.clock.waits()).toEqual([15_000]))
  card.clock.fire()
  await until(() => expect(card.screen()).toContain('Closed won'))
  expect(card.maybeFind(Alert)).toBeNull()
})

test('an answer overtaken by a later question is dropped', async () => {
  const slow = deferred<DealCard>()
  const readDeal = vi.fn<() => Promise<DealCard>>()
  readDeal
    .mockResolvedValueOnce(named('Contract sent'))
    .mockReturnValueOnce(slow.promise)
    .mockResolvedValue(named('Closed won'))
  const card = openCard({ readDeal })
  await until(() => expect(card.clock.waits()).toEqual([15_000]))

  card.clock.fire()
  await until(() => expect(readDeal).toHaveBeenCalledTimes(2))
  card.button('Pause').trigger('onClick')
  await until(() => expect(card.screen()).toContain('Closed won'))

  slow.resolve(named('Long gone'))
  await slow.promise
  await until(() => expect(card.clock.waits()).toEqual([2_000]))
  expect(card.screen()).toContain('Closed won')
  expect(card.screen()).not.toContain('Long gone')
})

test('a card that could not load heals itself at the next question', async () => {
  const readDeal = vi.fn<() => Promise<DealCard>>()
  readDeal.mockRejectedValueOnce(unreachable()).mockResolvedValue(dealCard())
  const card = openCard({ readDeal })
  await until(() => expect(card.maybeFind(ErrorState)).not.toBeNull())
  await until(() => expect(card.clock.waits()).toEqual([15_000]))

  card.clock.fire()
  await until(() => expect(card.screen()).toContain('Ada Lovelace'))
})

test('a card that goes away asks no more', async () => {
  const clock = manualTimers()
  const load = vi.fn(async () => 'value')
  const Polled = () => {
    const [, { refresh }] = useLoad(load)
    usePolling(refresh, 15_000, clock.timers)
    return <LoadingSpinner label="here" />
  }
  const renderer = createRenderer('crm.record.sidebar')
  let leave = () => {}
  const { useState } = await import('react')
  const Page = () => {
    const [shown, setShown] = useState(true)
    leave = () => setShown(false)
    return shown ? <Polled /> : <Alert title="gone" />
  }
  renderer.render(<Page />)
  await until(() => expect(clock.waits()).toEqual([15_000]))

  leave()
  await until(() => expect(renderer.maybeFind(Alert)).not.toBeNull())
  await until(() => expect(clock.waits()).toEqual([]))
  expect(load).toHaveBeenCalledOnce()
})
