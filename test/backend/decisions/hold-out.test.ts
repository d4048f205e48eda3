import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import { startSequence } from '#modules/decisions/start-sequence.ts'
import { getSequenceNumbers } from '#modules/numbers/get-sequence-numbers.ts'
import { isHeldOut } from '#modules/numbers/is-held-out.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld, type WorldPortal } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

/** A portal whose stage Demo starts a sequence that holds half of the deals out, with one deal of each group. */
async function halved(emails: readonly string[] = ['ada@example.com']) {
  const portal = await world.portal()
  const sequenceId = await portal.hasSequence(undefined, { holdOutPercent: 50 })
  await portal.maps('demo', sequenceId)
  const isOut = (dealId: string) => isHeldOut({ portalId: portal.portalId, sequenceId, dealId }, 50)
  const dealOf = (heldOut: boolean) => {
    for (;;) {
      const { dealId, contactIds } = portal.hasDeal('lead')
      if (isOut(dealId) !== heldOut) continue
      const contacts = emails.map((email, index) => contactIds[index] ?? portal.hasContact(`${dealId}-${email}`))
      for (const contactId of contacts) world.sandbox.associate(portal.portalId, dealId, contactId)
      return { dealId, contacts }
    }
  }
  return { portal, sequenceId, dealOf }
}

/** Moves the deals into Demo, some minutes after whatever happened before. */
async function enter(portal: WorldPortal, ...dealIds: readonly string[]): Promise<void> {
  await world.handlesEvents()
  world.passes({ minutes: 5 })
  for (const dealId of dealIds) portal.moves(dealId, 'demo')
  await world.handlesEvents()
  world.passes({ minutes: 1 })
}

/** The decisions about an entry into Demo. */
const decisionsOf = async (portal: WorldPortal, dealId: string) =>
  (await portal.decisions(dealId)).filter(({ reason }) => reason !== 'no_mapping')

test('a deal that is held out enrolls none of its contacts, says so with its share, and stays out on every entry', async () => {
  const { portal, sequenceId, dealOf } = await halved(['ada@example.com', 'grace@example.com'])
  const [out, enrolled] = [dealOf(true), dealOf(false)]
  await enter(portal, out.dealId, enrolled.dealId)
  expect(await portal.enrollments(enrolled.dealId)).toHaveLength(2)
  expect(await portal.enrollments(out.dealId)).toEqual([])
  const decisions = await decisionsOf(portal, out.dealId)
  expect(decisions.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['not_enrolled', 'held_out'],
    ['not_enrolled', 'held_out'],
  ])
  expect(decisions[0]?.trace.at(-1)).toEqual({
    ...{ condition: 'The deal is not held out', expected: 'not among the 50 % of deals that get no mails' },
    ...{ actual: 'held out, to compare with', passed: false },
  })
  const rows = await inPortal(database.db, portal.portalId, (trx) =>
    trx
      .selectFrom('decisions')
      .where('portalId', '=', portal.portalId)
      .where('reason', '=', 'held_out')
      .select(['sequenceId', 'stageEntryId'])
      .execute(),
  )
  expect(rows.every((row) => row.sequenceId === sequenceId && row.stageEntryId !== null)).toBe(true)

  world.passes({ minutes: 5 })
  portal.moves(out.dealId, 'lead')
  await enter(portal, out.dealId)
  expect(await portal.enrollments(out.dealId)).toEqual([])
  expect((await decisionsOf(portal, out.dealId)).map(({ reason }) => reason)).toEqual(Array(4).fill('held_out'))
})

test('who would not have been enrolled anyway is not held out', async () => {
  const { portal, dealOf } = await halved()
  const { dealId, contacts } = dealOf(true)
  world.sandbox.updateRecord(portal.portalId, 'contacts', contacts[0] ?? '', { hs_email_optout: 'true' })
  await enter(portal, dealId)
  expect((await decisionsOf(portal, dealId)).map(({ reason }) => reason)).toEqual(['opted_out'])
})

test('a contact who joins a held out deal is held out too', async () => {
  const { portal, dealOf } = await halved()
  const { dealId } = dealOf(true)
  await enter(portal, dealId)
  world.passes({ minutes: 1 })
  world.sandbox.associate(portal.portalId, dealId, portal.hasContact('late@example.com'))
  await world.handlesEvents()
  expect((await decisionsOf(portal, dealId)).map(({ reason }) => reason)).toEqual(['held_out', 'held_out'])
})

test('the card and the numbers say it, and a person may start the sequence all the same', async () => {
  const { portal, sequenceId, dealOf } = await halved()
  const [out, enrolled] = [dealOf(true), dealOf(false)]
  await enter(portal, out.dealId, enrolled.dealId)
  const user = person(portal.portalId)
  const card = await getDealCard(world.deps, user, out.dealId, async () => true)
  expect(card.decisions[0]).toMatchObject({
    sentence: expect.stringContaining('in the group that gets no mails'),
    nearestChange: expect.stringContaining('start the sequence from the deal card'),
  })
  expect(card.activity.map(({ text }) => text)).toContainEqual(expect.stringContaining('gets no mails'))
  const { holdOut } = await getSequenceNumbers(world.deps, user, sequenceId, {})
  expect(holdOut?.difference).toBeNull()
  expect(holdOut?.sentence).toMatch(/^Not enough data yet/)
  const started = await startSequence(world.deps, user, out.dealId, {
    ...{ sequenceId, contactIds: out.contacts, idempotencyKey: newKey() },
  })
  expect(started.results).toMatchObject([{ enrolled: true }])
})
