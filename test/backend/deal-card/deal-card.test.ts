import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import type { SyncDeal } from '#modules/deal-card/try-sync.ts'
import { advanceEnrollment } from '#modules/enrollments/advance-enrollment.ts'
import { steerEnrollment } from '#modules/enrollments/steer-enrollment.ts'
import { saveMapping } from '#modules/mappings/save-mapping.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import type { StepRunStatus } from '#shared/vocabulary.ts'
import {
  hasDeal,
  hasEnrollment,
  hasPipeline,
  hasSequence,
  newKey,
  person,
  tools,
} from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()

async function world() {
  const clock = new TestClock()
  const deps = makeDeps({ db, clock })
  const portal = person(await newPortal(db, clock))
  const { portalId } = portal
  const asked: string[] = []
  const sync: SyncDeal = async (_deps, _portal, dealId) => asked.push(dealId) > 0
  const card = (syncDeal = sync, dealId = '124') => getDealCard(deps, portal, dealId, syncDeal)
  const row = async () => {
    const [enrollment] = (await card()).contacts[0]?.enrollments ?? []
    if (!enrollment) throw new Error('no enrollment on the card')
    return enrollment
  }
  return { clock, deps, portal, portalId, asked, card, row }
}

async function enrolledWorld() {
  const set = await world()
  const { deps, portal, portalId } = set
  await hasPipeline(db, portalId)
  const sequence = await hasSequence(deps, portal)
  const id = await hasEnrollment(deps, portal, sequence.id, await hasDeal(deps, portalId))
  const setRun = (stepId: string, status: StepRunStatus, why: string) =>
    inPortal(db, portalId, (trx) =>
      trx
        .updateTable('stepRuns')
        .set({ status, why })
        .where('enrollmentId', '=', id)
        .where('stepId', '=', stepId)
        .execute(),
    )
  const advance = (position: number) =>
    inPortal(db, portalId, (trx) => advanceEnrollment(deps, trx, portal, id, position))
  return { ...set, sequence, id, setRun, advance }
}

test('the card shows deal, contacts, enrollment with its next moment, and what may be started', async () => {
  const { clock, deps, portal, card, sequence, id } = await enrolledWorld()
  const stage = { pipelineId: 'sales', stageId: 'booked', sequenceId: sequence.id, active: true }
  await saveMapping(deps, portal, { ...stage, idempotencyKey: newKey() })
  expect(await card()).toMatchObject({
    connection: 'connected',
    connectionMessage: null,
    deal: {
      dealId: '124',
      name: 'Big deal',
      pipelineLabel: 'Sales',
      stageLabel: 'Demo scheduled',
      stageStarts: 'Entering this stage starts “Demo follow-up”.',
    },
    contacts: [
      {
        contactId: '51',
        name: 'Ada Lovelace',
        email: 'ada51@example.com',
        blocked: null,
        enrollments: [
          {
            id,
            sequenceName: 'Demo follow-up',
            status: 'active',
            step: 'Step 1 of 3: e-mail “Looking forward”',
            nextSendAt: clock.read().toString(),
            why: 'Sends as soon as the contact is enrolled.',
            attention: null,
            canPause: true,
            canResume: false,
            canStop: true,
          },
        ],
      },
    ],
    sequences: [{ id: sequence.id, name: 'Demo follow-up', steps: 3 }],
    activity: [{ text: 'Enrolled in Demo follow-up by hand', by: 'person', who: 'admin@example.com' }],
    working: true,
  })
})

test('during a wait the next moment is that of the mail after it', async () => {
  const { clock, row, setRun, advance, card } = await enrolledWorld()
  await setRun('one', 'sent', 'Sent.')
  await advance(1)
  expect(await row()).toMatchObject({
    step: 'Step 2 of 3: wait of 2 days',
    nextSendAt: clock.read().add({ hours: 48 }).toString(),
    why: 'Waits 2 days before the next step.',
  })
  expect((await card()).working).toBe(false)
})

test.each(['held', 'failed'] as const)('a %s step asks for a decision and says why', async (status) => {
  const { row, setRun } = await enrolledWorld()
  await setRun('one', status, 'The template has no name for Ada.')
  expect(await row()).toMatchObject({
    nextSendAt: null,
    why: 'The template has no name for Ada.',
    attention: { kind: status, message: 'The template has no name for Ada.' },
  })
})

test('a mail nobody can confirm stays a question when the sequence is complete, until it is sent once more', async () => {
  const { deps, portalId, id, row, setRun, advance } = await enrolledWorld()
  await setRun('one', 'unconfirmed', 'Nobody can know.')
  await advance(1)
  expect(await row()).toMatchObject({
    why: 'Waits 2 days before the next step.',
    attention: {
      kind: 'unconfirmed',
      message: 'Step 1, “Looking forward”, was handed to the mail server, which stopped answering before it confirmed.',
    },
  })
  await advance(3)
  expect(await row()).toMatchObject({ status: 'completed', attention: { kind: 'unconfirmed' } })
  await inPortal(db, portalId, (trx) =>
    trx
      .insertInto('stepRuns')
      .values({
        portalId,
        id: deps.ids(),
        enrollmentId: id,
        stepId: 'one',
        position: 0,
        kind: 'email',
        status: 'sent',
        dueAt: deps.clock(),
        why: 'Sent once more.',
        epoch: 2,
        leaseUntil: null,
        settledAt: deps.clock(),
      })
      .execute(),
  )
  expect(await row()).toMatchObject({ status: 'completed', attention: null })
})

test('a stage is called by its present name in the activity', async () => {
  const { deps, portal, portalId, card } = await enrolledWorld()
  await inPortal(db, portalId, (trx) =>
    recordActivity(deps, trx, portal, {
      kind: 'deal.entered_stage',
      dealId: '124',
      data: { pipelineId: 'sales', stageId: 'booked' },
    }),
  )
  expect((await card()).activity).toContainEqual(
    expect.objectContaining({ text: 'Deal moved to Demo scheduled in HubSpot', by: 'hubspot' }),
  )
})

test('paused, stopped and completed enrollments say so and plan nothing', async () => {
  const paused = await enrolledWorld()
  const steer = (action: 'pause' | 'stop') =>
    steerEnrollment(paused.deps, paused.portal, paused.id, { action, idempotencyKey: newKey() })
  await steer('pause')
  expect(await paused.row()).toMatchObject({
    nextSendAt: null,
    why: 'Paused by a person.',
    canResume: true,
    canPause: false,
  })
  await steer('stop')
  expect(await paused.row()).toMatchObject({
    step: 'Stopped at step 1 of 3',
    why: 'Stopped by a person.',
    canStop: false,
    canResume: false,
  })
  const complete = await enrolledWorld()
  await complete.advance(3)
  expect(await complete.row()).toMatchObject({ step: 'All 3 steps are done', status: 'completed', nextSendAt: null })
})

test('a paused sequence plans nothing and may not be started', async () => {
  const { deps, portal, sequence, row, card } = await enrolledWorld()
  await changeSequenceStatus(deps, portal, sequence.id, { action: 'pause', idempotencyKey: newKey() }, tools)
  expect(await row()).toMatchObject({ nextSendAt: null, why: expect.stringContaining('The sequence is paused') })
  expect(await card()).toMatchObject({ sequences: [], working: false })
})

test('HubSpot is asked about an unknown deal and about a copy that is older than a minute', async () => {
  const { clock, deps, portalId, asked, card } = await world()
  const first = await card(async () => {
    await hasDeal(deps, portalId)
    return true
  })
  expect(first.contacts).toMatchObject([{ name: 'Ada Lovelace', enrollments: [] }])
  clock.passes({ seconds: 60 })
  await card()
  expect(asked).toEqual([])
  clock.passes({ seconds: 1 })
  await card()
  expect(asked).toEqual(['124'])
})

test('while HubSpot is down the card shows what is stored and says so', async () => {
  const { clock, card } = await enrolledWorld()
  clock.passes({ minutes: 5 })
  const shown = await card(async () => {
    throw new AppError('hubspot_unavailable', 'HubSpot does not answer.')
  })
  expect(shown).toMatchObject({ connection: 'connected', deal: { name: 'Big deal' } })
  expect(shown.connectionMessage).toMatch(/HubSpot did not answer/)
  expect(shown.contacts).toHaveLength(1)
})

test('a deal that nobody has is not found, another portal’s deal is not shown, and a bug is not hidden', async () => {
  const { card } = await world()
  await enrolledWorld()
  await expect(card(async () => false)).rejects.toMatchObject({ code: 'not_found' })
  const bug = async () => {
    throw new TypeError('a bug')
  }
  await expect(card(bug)).rejects.toThrow('a bug')
  expect(await card()).toMatchObject({ contacts: [], activity: [], decisions: [] })
})

test('contacts who cannot be enrolled say why', async () => {
  const { deps, portalId, card } = await world()
  const set = (contactId: string, change: object) =>
    inPortal(db, portalId, (trx) =>
      trx.updateTable('contacts').set(change).where('contactId', '=', contactId).execute(),
    )
  await hasDeal(deps, portalId)
  for (const contactId of ['52', '53', '54', '55']) {
    await inPortal(db, portalId, async (trx) => {
      const name = { firstName: null, lastName: `Person ${contactId}`, phone: null, company: null }
      const id = deps.ids()
      const readAt = deps.clock()
      if (contactId !== '55') {
        await trx
          .insertInto('contacts')
          .values({ portalId, id, contactId, email: `p${contactId}@example.com`, ...name, readAt })
          .execute()
      }
      await trx.insertInto('dealContacts').values({ portalId, dealId: '124', contactId, seenAt: readAt }).execute()
    })
  }
  await set('52', { email: null })
  await set('53', { optedOut: true })
  await inPortal(db, portalId, (trx) =>
    trx
      .insertInto('suppressions')
      .values({
        portalId,
        addressHash: Buffer.from('54'),
        address: 'p54@example.com',
        reason: 'unsubscribed',
        createdAt: deps.clock(),
      })
      .execute(),
  )
  const blocked = new Map((await card()).contacts.map((contact) => [contact.contactId, contact.blocked]))
  expect(blocked.get('51')).toBeNull()
  expect(blocked.get('52')).toBe('The contact has no e-mail address.')
  expect(blocked.get('53')).toBe('The contact opted out of e-mail in HubSpot.')
  expect(blocked.get('54')).toBe('Unsubscribed from your e-mails.')
  expect(blocked.get('55')).toMatch(/did not tell about this contact yet/)
})

test('someone enrolled who left the deal is still shown', async () => {
  const { portalId, card } = await enrolledWorld()
  await inPortal(db, portalId, (trx) => trx.deleteFrom('dealContacts').where('dealId', '=', '124').execute())
  expect((await card()).contacts).toMatchObject([
    { contactId: '51', blocked: 'The contact is no longer on this deal.', enrollments: [{ status: 'active' }] },
  ])
})

test('a portal that is not connected is told what to do, and HubSpot is not asked', async () => {
  const { clock, portalId, asked, card, row } = await enrolledWorld()
  await inPortal(db, portalId, (trx) =>
    trx
      .updateTable('installations')
      .set({ status: 'inactive', statusReason: 'HubSpot refused the connection. Reconnect it.' })
      .where('portalId', '=', portalId)
      .execute(),
  )
  clock.passes({ hours: 1 })
  expect(await card()).toMatchObject({
    connection: 'inactive',
    connectionMessage: 'HubSpot refused the connection. Reconnect it.',
    working: false,
  })
  expect(await row()).toMatchObject({ nextSendAt: null, why: 'HubSpot is not connected, so nothing is sent.' })
  expect(asked).toEqual([])
})
