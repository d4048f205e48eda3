import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { readSendFacts } from '#modules/deals/read-send-facts.ts'
import { syncDeal } from '#modules/deals/sync-deal.ts'
import { steerEnrollment } from '#modules/enrollments/steer-enrollment.ts'
import { refreshPipelines } from '#modules/pipelines/refresh-pipelines.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { useDatabase } from '#test/support/database.ts'
import { type Beginning, type Enrolled, type Rules, useTruth } from './use-truth.ts'

const database = useDatabase()
const truth = useTruth(database)
const { world, sends, almostDue, oneSecondLater, mailsTo, newAddress, setDeal, setContact, inDays } = truth

const OTHER_OWNER = setDeal('hubspot_owner_id', '22')
const owned: Beginning = { before: (enrolled) => setDeal('hubspot_owner_id', '11')(enrolled) }

async function mailRun({ portal }: Enrolled) {
  const runs = await inPortal(database.db, portal.portalId, (trx) =>
    trx.selectFrom('stepRuns').where('kind', '=', 'email').select(['id', 'status', 'why']).execute(),
  )
  expect(runs).toHaveLength(1)
  return runs[0] ?? { id: '', status: '', why: '' }
}

async function triesAgain(enrolled: Enrolled): Promise<void> {
  const { portalId } = enrolled.portal
  const { id } = await mailRun(enrolled)
  await syncDeal(world.deps, { portalId, actor: { kind: 'worker' }, requestId: 'card' }, enrolled.dealId)
  const person = {
    portalId,
    actor: { kind: 'user' as const, userId: '7', email: 'rep@example.com' },
    requestId: 'retry',
  }
  await resolveStep(world.deps, person, { stepRunId: id, action: 'retry' })
  await sends()
}

test('another owner one second before: the mail waits for a person, who lets it go', async () => {
  const enrolled = await almostDue({}, owned)
  OTHER_OWNER(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
  expect(await mailRun(enrolled)).toMatchObject({ status: 'held', why: expect.stringContaining('another owner') })
  await triesAgain(enrolled)
  expect(mailsTo(enrolled.address)).toHaveLength(1)
})

test('an owner who left the deal is a change as well', async () => {
  const enrolled = await almostDue({}, owned)
  setDeal('hubspot_owner_id', '')(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
  expect(await mailRun(enrolled)).toMatchObject({ status: 'held' })
})

test('a mail let go for one owner waits again for the next', async () => {
  const enrolled = await almostDue({}, owned)
  OTHER_OWNER(enrolled)
  await oneSecondLater()
  const { portalId } = enrolled.portal
  await syncDeal(world.deps, { portalId, actor: { kind: 'worker' }, requestId: 'card' }, enrolled.dealId)
  setDeal('hubspot_owner_id', '33')(enrolled)
  const person = {
    portalId,
    actor: { kind: 'user' as const, userId: '7', email: 'rep@example.com' },
    requestId: 'retry',
  }
  await resolveStep(world.deps, person, { stepRunId: (await mailRun(enrolled)).id, action: 'retry' })
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
})

test('another owner one second before, and the sequence stops then', async () => {
  const enrolled = await almostDue({ onOwnerChange: 'stop' }, owned)
  OTHER_OWNER(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
  expect(await enrolled.portal.enrollments(enrolled.dealId)).toMatchObject([{ stopReason: 'owner_changed' }])
})

test.each(['closedlost', 'closedwon'])('the deal went to %s one second before: no mail, deal_closed', async (stage) => {
  const enrolled = await almostDue({ stopWhenStageLeft: false })
  enrolled.portal.moves(enrolled.dealId, stage)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
  expect(await enrolled.portal.enrollments(enrolled.dealId)).toMatchObject([{ stopReason: 'deal_closed' }])
})

test('a closed stage counts before HubSpot has calculated that the deal is closed', async () => {
  const enrolled = await almostDue({ stopWhenStageLeft: false })
  const { portal, dealId, address } = enrolled
  const { portalId } = portal
  await refreshPipelines(world.deps, { portalId, actor: { kind: 'worker' }, requestId: 'pipelines' })
  portal.moves(dealId, 'closedlost')
  setDeal('hs_is_closed', 'false')(enrolled)
  await oneSecondLater()
  expect(mailsTo(address)).toEqual([])
  expect(await portal.enrollments(dealId)).toMatchObject([{ stopReason: 'deal_closed' }])
})

const GOES_ON: [what: string, rules: Rules, beginning: Beginning, change: (enrolled: Enrolled) => void][] = [
  [
    'another owner, and the sequence goes on then',
    { onOwnerChange: 'go_on' },
    owned,
    (enrolled) => OTHER_OWNER(enrolled),
  ],
  ['the first owner of a deal that had none', {}, {}, (enrolled) => OTHER_OWNER(enrolled)],
  [
    'a meeting, and the sequence does not stop for meetings',
    { stopOnMeeting: false },
    {},
    (enrolled) => setContact('engagements_last_meeting_booked', inDays(0))(enrolled),
  ],
  [
    'another contact’s answer, and the sequence goes on then',
    { onReply: 'go_on' },
    {},
    (enrolled) => setDeal('hs_sales_email_last_replied', inDays(0))(enrolled),
  ],
  [
    'a closed deal, and the sequence does not stop for that',
    { stopWhenStageLeft: false, stopWhenClosed: false },
    {},
    ({ portal, dealId }) => portal.moves(dealId, 'closedwon'),
  ],
  ['a stage that closes the deal and enrolls', {}, { stage: 'closedwon' }, () => {}],
  [
    'an answer, a booking and a planned meeting from before the sequence',
    {},
    {
      before: (enrolled) => {
        setContact('hs_sales_email_last_replied', inDays(-1))(enrolled)
        setContact('engagements_last_meeting_booked', inDays(-1))(enrolled)
        setContact('hs_latest_meeting_activity', inDays(2))(enrolled)
        setDeal('hs_latest_meeting_activity', inDays(2))(enrolled)
      },
    },
    () => {},
  ],
  [
    'a meeting of last week that was logged only now',
    {},
    {},
    (enrolled) => setContact('hs_latest_meeting_activity', inDays(-7))(enrolled),
  ],
]

test.each(GOES_ON)('the mail goes out: %s', async (_what, rules, beginning, change) => {
  const enrolled = await almostDue(rules, beginning)
  change(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toHaveLength(1)
})

test('a later meeting than the one that was planned before the sequence stops it', async () => {
  const enrolled = await almostDue({}, { before: (one) => setContact('hs_latest_meeting_activity', inDays(2))(one) })
  setContact('hs_latest_meeting_activity', inDays(5))(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
  expect(await enrolled.portal.enrollments(enrolled.dealId)).toMatchObject([{ stopReason: 'meeting_booked' }])
})

test('another contact’s answer can pause instead; a person who resumes it has seen the answer', async () => {
  const enrolled = await almostDue({ onReply: 'pause_others' })
  setDeal('hs_sales_email_last_replied', inDays(0))(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
  const [enrollment] = await enrolled.portal.enrollments(enrolled.dealId)
  expect(enrollment).toMatchObject({ status: 'paused' })
  const person = {
    portalId: enrolled.portal.portalId,
    actor: { kind: 'user' as const, userId: '7', email: null },
    requestId: 'resume',
  }
  await steerEnrollment(world.deps, person, enrollment?.id ?? '', {
    action: 'resume',
    idempotencyKey: 'resume-it-once',
  })
  await sends()
  expect(mailsTo(enrolled.address)).toHaveLength(1)
})

test('what HubSpot knows of a reply stops the contact’s other sequences and the deal’s other contacts', async () => {
  const portal = await world.portal()
  const [ada, bob] = [newAddress(), newAddress()]
  const { dealId, contactIds } = portal.hasDeal('lead', [ada, bob])
  await portal.maps('demo', await portal.hasSequence())
  const later = await portal.hasSequence([
    { id: 'pause', kind: 'wait', amount: 1, unit: 'days' },
    { id: 'mail', kind: 'email', subject: 'Hello', body: 'Hi there.' },
  ])
  const other = portal.hasDeal('lead')
  await portal.maps('proposal', later)
  world.sandbox.associate(portal.portalId, other.dealId, contactIds[0] ?? '')
  portal.moves(other.dealId, 'proposal')
  portal.moves(dealId, 'demo')
  await world.handlesEvents()
  world.sandbox.webhooks.pause()
  world.passes({ seconds: 2 })
  world.sandbox.updateRecord(portal.portalId, 'contacts', contactIds[0] ?? '', {
    hs_sales_email_last_replied: world.clock.read().toString(),
  })
  world.passes({ seconds: 1 })
  await sends()
  expect(mailsTo(ada)).toEqual([])
  const reasons = (await portal.enrollments(dealId)).map((one) => [one.contactId, one.stopReason])
  expect(reasons).toContainEqual([contactIds[0], 'replied'])
  expect(reasons).toContainEqual([contactIds[1], 'other_replied'])
  expect(await portal.enrollments(other.dealId)).toMatchObject([{ stopReason: 'replied' }])
  expect(await portal.activities(dealId)).toContain('contact.replied')
})

/** Every mail of the deal, by how it ended. */
function mailsOf({ portal }: Enrolled) {
  return inPortal(database.db, portal.portalId, (trx) =>
    trx.selectFrom('stepRuns').where('kind', '=', 'email').select(['id', 'status', 'why']).orderBy('status').execute(),
  )
}

test.each([
  ['one', 0],
  ['the other one', 1],
])('the address of %s of two contacts on both one second before: it gets the mail once', async (_what, whose) => {
  const enrolled = await almostDue({}, { more: 1 })
  const { portal, dealId, address } = enrolled
  const before = await portal.enrollments(dealId)
  const to = [address, `more-1-${address}`][whose] ?? ''
  for (const { contactId } of before) {
    // HubSpot would refuse it, as long as it knows whose the address is.
    world.sandbox.state.portals.get(portal.portalId)?.contactByEmail.delete(to)
    world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, { email: to })
  }
  await oneSecondLater()
  expect(mailsTo(to)).toHaveLength(1)
  expect(await mailsOf(enrolled)).toMatchObject([
    { status: 'held', why: expect.stringContaining('through another contact') },
    { status: 'sent' },
  ])
  expect((await portal.enrollments(dealId)).map(({ contactId }) => contactId)).toEqual(
    before.map(({ contactId }) => contactId),
  )
  const held = (await portal.enrollments(dealId)).find(({ status }) => status === 'active')
  if (!held) throw new Error('nobody waits')
  world.sandbox.updateRecord(portal.portalId, 'contacts', held.contactId, { email: `own-${address}` })
  const [{ id: stepRunId } = { id: '' }] = await mailsOf(enrolled)
  const { portalId } = portal
  const actor = { kind: 'user', userId: '7', email: 'rep@example.com' } as const
  await resolveStep(world.deps, { portalId, actor, requestId: 'retry' }, { stepRunId, action: 'retry' })
  await oneSecondLater()
  expect(mailsTo(`own-${address}`)).toHaveLength(1)
  expect(mailsTo(to)).toHaveLength(1)
})

test('an address goes to another contact while its mail is prepared: only one of the two mails goes there', async () => {
  const enrolled = await almostDue({}, { more: 1 })
  const { portal, dealId, contactId, address } = enrolled
  const { portalId } = portal
  const other = (await portal.enrollments(dealId)).find((each) => each.contactId !== contactId)?.contactId ?? ''
  world.passes({ seconds: 1 })
  let moved = false
  await sends(async (deps, id, pairs) => {
    const facts = await readSendFacts(deps, id, pairs)
    if (moved) return facts
    moved = true
    world.sandbox.state.portals.get(portalId)?.contactByEmail.delete(address)
    world.sandbox.updateRecord(portalId, 'contacts', other, { email: address })
    world.passes({ seconds: 1 })
    await readSendFacts(deps, id, [{ dealId, contactId: other }])
    return facts
  })
  expect(mailsTo(address)).toHaveLength(1)
  expect(mailsTo(`more-1-${address}`)).toEqual([])
  expect(await mailsOf(enrolled)).toMatchObject([{ status: 'held' }, { status: 'sent' }])
})
