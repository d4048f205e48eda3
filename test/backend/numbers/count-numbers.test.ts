import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { getNumbers } from '#modules/numbers/get-numbers.ts'
import { getSequenceNumbers } from '#modules/numbers/get-sequence-numbers.ts'
import { hasPipeline, hasSequence, person, twoMails } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()

interface Story {
  status?: 'active' | 'paused' | 'completed' | 'stopped'
  reason?: string
  /** What became of the first and the second mail; missing: not planned. */
  mails?: ('sent' | 'failed' | 'unconfirmed' | 'scheduled' | 'canceled' | 'held')[]
  daysAgo?: number
  entryId?: string
  /** What the log tells besides. */
  told?: string
}

async function world() {
  const clock = new TestClock()
  const deps = makeDeps({ db, clock })
  const portalId = await newPortal(db, clock)
  const portal = person(portalId)
  const { id: sequenceId } = await hasSequence(deps, portal, { name: 'Follow up' })
  await hasPipeline(db, portalId)
  const contact = { portalId, id: randomUUID(), contactId: '51', email: null, firstName: null, lastName: null }
  await inPortal(db, portalId, (trx) =>
    trx
      .insertInto('contacts')
      .values({ ...contact, phone: null, company: null, readAt: clock.read() })
      .execute(),
  )
  let deals = 100
  const enrolled = (story: Story = {}) =>
    inPortal(db, portalId, async (trx) => {
      const id = randomUUID()
      const at = clock.read().subtract({ hours: 24 * (story.daysAgo ?? 3) })
      const stopped = story.status === 'stopped'
      await trx
        .insertInto('enrollments')
        .values({
          ...{ portalId, id, sequenceId, version: 1, dealId: String(++deals), contactId: contact.id },
          ...{ stageEntryId: story.entryId ?? null, pipelineId: null, stageId: null, source: 'stage' },
          ...{ status: story.status ?? 'active', stopReason: null, stepPosition: 0, stepCount: 3 },
          ...{ pausedRemaining: null, enrolledAt: at, enrolledBy: null, endedAt: stopped ? at : null, updatedAt: at },
        })
        .execute()
      // A reason that other parts bring.
      if (story.reason) {
        const values = { stopReason: story.reason as 'stage_left' }
        await trx.updateTable('enrollments').set(values).where('portalId', '=', portalId).where('id', '=', id).execute()
      }
      for (const [index, status] of (story.mails ?? []).entries()) await mail(trx, id, index, status, at)
      if (story.told) {
        const line = { portalId, id: randomUUID(), at: at.add({ hours: 30 }), kind: story.told, actorKind: 'recipient' }
        const about = { actor: null, dealId: null, contactId: '51', enrollmentId: id, subjectId: null, data: '{}' }
        await trx
          .insertInto('activities')
          .values({ ...line, ...about })
          .execute()
      }
      return id
    })
  const mail = (trx: Trx, enrollmentId: string, index: number, status: string, at: Temporal.Instant) =>
    trx
      .insertInto('stepRuns')
      .values({
        ...{ portalId, id: randomUUID(), enrollmentId, stepId: index === 0 ? 'one' : 'two', position: index * 2 },
        ...{ kind: 'email', status: status as 'sent', dueAt: at.add({ hours: 24 * index }), why: 'Planned.' },
        ...{ leaseUntil: null, settledAt: status === 'scheduled' ? null : at.add({ hours: 24 * index }) },
      })
      .execute()
  const entered = (dealId: string, stageId: string, daysAgo: number) =>
    inPortal(db, portalId, async (trx) => {
      const id = randomUUID()
      const at = clock.read().subtract({ hours: 24 * daysAgo })
      const entry = { portalId, id, dealId, pipelineId: 'sales', stageId, enteredAt: at, eventId: null, createdAt: at }
      await trx
        .insertInto('stageEntries')
        .values({ ...entry, status: 'decided' })
        .execute()
      return id
    })
  return { clock, deps, portalId, portal, sequenceId, enrolled, entered }
}

test('a sequence counts who was enrolled in the period and what became of them', async () => {
  const { deps, portal, sequenceId, enrolled } = await world()
  await enrolled({ mails: ['sent', 'scheduled'] })
  await enrolled({ status: 'paused', mails: ['sent', 'canceled'] })
  await enrolled({ status: 'completed', mails: ['sent', 'sent'] })
  await enrolled({ status: 'stopped', reason: 'replied', mails: ['sent', 'canceled'] })
  await enrolled({ status: 'stopped', reason: 'bounced', mails: ['sent', 'canceled'], told: 'contact.bounced' })
  await enrolled({ status: 'stopped', reason: 'address_rejected', mails: ['failed'] })
  await enrolled({ status: 'stopped', reason: 'stage_left', mails: ['sent', 'canceled'] })
  await enrolled({ daysAgo: 31, mails: ['sent'] })
  const { sequences } = await getNumbers(deps, portal, {})
  expect(sequences).toEqual([
    {
      ...{ sequenceId, name: 'Follow up', status: 'active', enrolled: 7, running: 2, completed: 1, stopped: 4 },
      ...{ due: 9, sent: 7, delivered: 6, bounced: 2, replied: 1, clicked: null, opened: null, unsubscribed: 0 },
    },
  ])
  expect((await getNumbers(deps, portal, { days: '90' })).sequences).toMatchObject([{ enrolled: 8, sent: 8 }])
})

test('a reply or bounce after the last mail counts although it stopped nothing, once per contact', async () => {
  const { deps, portal, enrolled } = await world()
  await enrolled({ status: 'completed', mails: ['sent', 'sent'], told: 'contact.replied' })
  await enrolled({ status: 'stopped', reason: 'replied', mails: ['sent'], told: 'contact.replied' })
  await enrolled({ status: 'completed', mails: ['sent', 'sent'], told: 'contact.bounced' })
  // The link in this mail ended another enrollment of the contact too, which sent nobody away.
  await enrolled({ status: 'stopped', reason: 'unsubscribed', mails: ['sent'], told: 'contact.unsubscribed' })
  await enrolled({ status: 'stopped', reason: 'unsubscribed', mails: ['sent'] })
  const { sequences } = await getNumbers(deps, portal, {})
  expect(sequences).toMatchObject([{ enrolled: 5, sent: 7, delivered: 6, bounced: 1, replied: 2, unsubscribed: 1 }])
})

test('a bounce or a complaint counts for the sequence whose mail it was, not for the others that it ended', async () => {
  const { deps, portal, sequenceId, enrolled } = await world()
  await enrolled({ status: 'stopped', reason: 'bounced', mails: ['sent'], told: 'contact.bounced' })
  await enrolled({ status: 'stopped', reason: 'bounced', mails: ['sent'] })
  await enrolled({ status: 'stopped', reason: 'complained', mails: ['sent'], told: 'contact.complained' })
  await enrolled({ status: 'stopped', reason: 'complained', mails: ['sent'] })
  const { sequences } = await getNumbers(deps, portal, {})
  expect(sequences).toMatchObject([{ enrolled: 4, stopped: 4, sent: 4, delivered: 3, bounced: 1, unsubscribed: 1 }])
  const { steps, stopReasons } = await getSequenceNumbers(deps, portal, sequenceId, {})
  expect(steps[0]).toMatchObject({ sent: 4, delivered: 3, bounced: 1, unsubscribed: 1 })
  expect(stopReasons).toMatchObject([
    { reason: 'bounced', count: 2 },
    { reason: 'complained', count: 2 },
  ])
})

test('an outcome belongs to the last mail before it, and steps have the newest version’s order and names', async () => {
  const { deps, portal, sequenceId, enrolled } = await world()
  await enrolled({ mails: ['sent', 'scheduled'] })
  await enrolled({ status: 'stopped', reason: 'replied', mails: ['sent', 'canceled'] })
  await enrolled({ status: 'stopped', reason: 'replied', mails: ['sent', 'sent'] })
  await enrolled({ status: 'stopped', reason: 'address_rejected', mails: ['sent', 'failed'] })
  await enrolled({ mails: ['unconfirmed', 'held'] })
  await enrolled({ daysAgo: 0.5, mails: ['sent', 'scheduled'] })
  const numbers = await getSequenceNumbers(deps, portal, sequenceId, {})
  expect(numbers.steps).toEqual([
    {
      ...{ stepId: 'one', label: 'E-mail 1: Looking forward', due: 6, sent: 5, delivered: 5, bounced: 0, replied: 1 },
      ...{ clicked: null, opened: null, unsubscribed: 0 },
      stopReasons: [{ reason: 'replied', label: 'The contact replied', count: 1 }],
    },
    {
      // Two runs are canceled or not due yet.
      ...{ stepId: 'two', label: 'E-mail 2: Checking in', due: 4, sent: 1, delivered: 1, bounced: 1, replied: 1 },
      ...{ clicked: null, opened: null, unsubscribed: 0 },
      stopReasons: [
        { reason: 'address_rejected', label: 'The mail server refused the address', count: 1 },
        { reason: 'replied', label: 'The contact replied', count: 1 },
      ],
    },
  ])
  expect(numbers.stopReasons).toEqual([
    { reason: 'replied', label: expect.any(String), count: 2 },
    { reason: 'address_rejected', label: 'The mail server refused the address', count: 1 },
  ])
  expect(numbers.holdOut).toBeNull()
})

test('a step that only an older version has is said to be gone, and one nobody reached stands there with zeros', async () => {
  const { deps, portal, portalId, sequenceId, enrolled } = await world()
  await enrolled({ mails: ['sent'] })
  const definition = JSON.stringify({ ...twoMails, steps: twoMails.steps.slice(1) })
  await inPortal(db, portalId, async (trx) => {
    const version = { portalId, sequenceId, version: 2, definition, publishedBy: null, publishedAt: deps.clock() }
    await trx.insertInto('sequenceVersions').values(version).execute()
    await trx.updateTable('sequences').set({ version: 2 }).where('portalId', '=', portalId).execute()
  })
  const { steps } = await getSequenceNumbers(deps, portal, sequenceId, {})
  expect(steps).toMatchObject([
    { label: 'E-mail 1: Checking in', due: 0, sent: 0 },
    { label: 'An e-mail that is no longer in the sequence', due: 1, sent: 1 },
  ])
})

test('a stage counts each deal once: enrolled or not, how long it stayed, and whether it moved forward in time', async () => {
  const { deps, portal, portalId, enrolled, entered } = await world()
  await inPortal(db, portalId, async (trx) => {
    const stage = { portalId, pipelineId: 'sales', label: 'Lost', displayOrder: 2, isClosed: true, isLost: true }
    await trx
      .insertInto('stages')
      .values({ ...stage, stageId: 'lost' })
      .execute()
  })
  const first = await entered('1', 'booked', 20)
  await entered('1', 'won', 18)
  await enrolled({ entryId: first, daysAgo: 20 })
  await enrolled({ entryId: first, daysAgo: 20 })
  // Too late, lost, still there, and back again: none of them moved forward within 14 days of the first entry.
  await entered('2', 'booked', 29)
  await entered('2', 'won', 14.5)
  await entered('3', 'booked', 25)
  await entered('3', 'lost', 21)
  await entered('4', 'booked', 22)
  await entered('5', 'booked', 24)
  await entered('5', 'booked', 23)
  // Not watched for long enough.
  await entered('6', 'booked', 2)
  const { stages, advanceDays } = await getNumbers(deps, portal, {})
  expect(advanceDays).toBe(14)
  expect(stages).toEqual([
    {
      ...{ pipelineId: 'sales', stageId: 'booked', pipelineLabel: 'Sales', stageLabel: 'Demo scheduled' },
      ...{ enrolledDeals: 1, otherDeals: 5 },
      // 48, 348, 96 and 24 hours.
      hoursInStage: 72,
      enrolled: { deals: 1, advanced: 1 },
      others: { deals: 4, advanced: 0 },
    },
  ])
})

test('held out deals are compared with those enrolled since the first of them', async () => {
  const { deps, portal, portalId, sequenceId, enrolled, entered } = await world()
  const heldOut = async (dealId: string, daysAgo: number) => {
    const stageEntryId = await entered(dealId, 'booked', daysAgo)
    const decision = { portalId, id: randomUUID(), dealId, eventId: null, stageEntryId, contactId: null, sequenceId }
    const decidedAt = deps.clock().subtract({ hours: 24 * daysAgo })
    await inPortal(db, portalId, (trx) =>
      trx
        .insertInto('decisions')
        .values({ ...decision, outcome: 'not_enrolled', reason: 'held_out', trace: '[]', decidedAt })
        .execute(),
    )
  }
  await enrolled({ entryId: await entered('10', 'booked', 28), daysAgo: 28 })
  for (let deal = 0; deal < 40; deal++) {
    await heldOut(`2${deal}`, 25)
    await enrolled({ entryId: await entered(`3${deal}`, 'booked', 24), daysAgo: 24 })
    if (deal < 30) await entered(`3${deal}`, 'won', 20)
    if (deal < 5) await entered(`2${deal}`, 'won', 20)
  }
  await heldOut('99', 1)
  const { holdOut } = await getSequenceNumbers(deps, portal, sequenceId, {})
  expect(holdOut).toMatchObject({ enrolled: { deals: 40, advanced: 30 }, heldOut: { deals: 40, advanced: 5 } })
  expect(holdOut?.difference?.value).toBeCloseTo(0.625, 10)
  expect(holdOut?.sentence).toContain('62.5 percentage points more of the enrolled deals moved forward within 14 days')
})

test('an account where nothing happened has no lines, and another account’s sequence is not found', async () => {
  const { deps, portal } = await world()
  const other = await world()
  await other.enrolled({ mails: ['sent'] })
  expect(await getNumbers(deps, portal, { days: '365' })).toMatchObject({ sequences: [], stages: [] })
  await expect(getSequenceNumbers(deps, portal, other.sequenceId, {})).rejects.toMatchObject({ code: 'not_found' })
})
