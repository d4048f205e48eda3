import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { pauseRunning } from '#modules/enrollments/pause-running.ts'
import { mergeDeals } from '#modules/merges/merge-deals.ts'
import type { OnReply } from '#shared/vocabulary.ts'
import { email, wait } from '#test/support/sending.ts'
import { useInbound } from './use-inbound.ts'

const { db, clock, start, comesBack } = useInbound()

/** Two contacts of one deal, one of another deal. */
async function deal(onReply?: OnReply) {
  const sending = await start({
    steps: [email('one'), wait('w', 2), email('two', '')],
    ...(onReply ? { onReply } : {}),
  })
  const [ada, bob, cleo] = [await sending.enroll(), await sending.enroll(), await sending.enroll()]
  await sending.query(
    `update enrollments set deal_id = '${ada.dealId}' where portal_id = ${sending.portalId} and id = '${bob.enrollmentId}'`,
  )
  await sending.drain()
  const statusOf = async (contact: { enrollmentId: string }) => {
    const { status, stopReason } = await sending.enrollment(contact.enrollmentId)
    return stopReason ?? status
  }
  return { sending, ada, bob, cleo, statusOf }
}

test('without a word of the sequence the others of the deal stop, and nobody else', async () => {
  const { sending, ada, bob, cleo, statusOf } = await deal()
  await comesBack(sending, ada, 'reply')
  expect([await statusOf(ada), await statusOf(bob), await statusOf(cleo)]).toEqual([
    'replied',
    'other_replied',
    'active',
  ])
})

test.each([
  ['go_on', 'active'],
  ['pause_others', 'paused'],
  ['stop_others', 'other_replied'],
] as const)('%s: the others of the deal are %s', async (onReply, expected) => {
  const { sending, ada, bob, cleo, statusOf } = await deal(onReply)
  await comesBack(sending, ada, 'reply')
  expect([await statusOf(ada), await statusOf(bob), await statusOf(cleo)]).toEqual(['replied', expected, 'active'])
})

test('a colleague who is out of office does not come back by themselves after a reply paused the others', async () => {
  const { sending, ada, bob } = await deal('pause_others')
  await inPortal(db, sending.portalId, (trx) =>
    pauseRunning(sending.deps, trx, sending.portal, bob.enrollmentId, {
      reason: 'out_of_office',
      until: clock.read().add({ hours: 100 }),
    }),
  )
  await comesBack(sending, ada, 'reply')
  const [row] = await sending.query<{ pauseReason: string; pausedUntil: null }>(
    `select pause_reason, paused_until from enrollments where portal_id = ${sending.portalId} and id = '${bob.enrollmentId}'`,
  )
  expect(row).toEqual({ pauseReason: 'other_replied', pausedUntil: null })
})

test('an answer to a mail of a deal that went into another one stops the others there', async () => {
  const { sending, ada, bob, cleo, statusOf } = await deal()
  for (const contact of [ada, bob]) await sending.steer(contact, 'stop')
  const merge = { into: cleo.dealId, merged: [ada.dealId], deal: undefined }
  await inPortal(db, sending.portalId, (trx) => mergeDeals(sending.deps, trx, sending.portal, merge))
  await comesBack(sending, ada, 'reply')
  expect(await statusOf(cleo)).toBe('other_replied')
})
