import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { syncDeal } from '#modules/deals/sync-deal.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import { useDatabase } from '#test/support/database.ts'
import { type Enrolled, useTruth } from './use-truth.ts'

const database = useDatabase()
const truth = useTruth(database)
const { world, almostDue, oneSecondLater, mailsTo, setDeal, setContact, inDays } = truth

test('without any change the mail goes out', async () => {
  const { address } = await almostDue()
  await oneSecondLater()
  expect(mailsTo(address)).toHaveLength(1)
})

const CHANGES: [what: string, reason: string, change: (enrolled: Enrolled) => void][] = [
  ['the deal moved on', 'stage_left', ({ portal, dealId }) => portal.moves(dealId, 'won')],
  ['the deal was deleted', 'deal_deleted', ({ portal, dealId }) => world.sandbox.deleteDeal(portal.portalId, dealId)],
  [
    'the contact was taken off the deal',
    'contact_removed',
    ({ portal, dealId, contactId }) => world.sandbox.dissociate(portal.portalId, dealId, contactId),
  ],
  [
    'the contact was deleted',
    'contact_deleted',
    ({ portal, contactId }) => world.sandbox.deleteContact(portal.portalId, contactId),
  ],
  [
    'the contact opted out',
    'unsubscribed',
    ({ portal, contactId }) =>
      world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, { hs_email_optout: 'true' }),
  ],
  [
    'the contact answered into a mailbox that HubSpot reads',
    'replied',
    (enrolled) => setContact('hs_sales_email_last_replied', inDays(0))(enrolled),
  ],
  [
    'another contact of the deal answered',
    'other_replied',
    (enrolled) => setDeal('hs_sales_email_last_replied', inDays(0))(enrolled),
  ],
  [
    'the contact booked a meeting',
    'meeting_booked',
    (enrolled) => setContact('engagements_last_meeting_booked', inDays(0))(enrolled),
  ],
  [
    'another contact of the deal booked a meeting',
    'meeting_booked',
    (enrolled) => setDeal('engagements_last_meeting_booked', inDays(0))(enrolled),
  ],
  [
    'a rep put a meeting with the contact into the calendar',
    'meeting_booked',
    (enrolled) => setContact('hs_latest_meeting_activity', inDays(3))(enrolled),
  ],
  [
    'anybody put a meeting about the deal into the calendar',
    'meeting_booked',
    (enrolled) => setDeal('hs_latest_meeting_activity', inDays(3))(enrolled),
  ],
]

test.each(CHANGES)('%s one second before the mail, and nobody told us: no mail (%s)', async (_what, reason, change) => {
  const enrolled = await almostDue()
  change(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
  expect(await enrolled.portal.enrollments(enrolled.dealId)).toMatchObject([{ status: 'stopped', stopReason: reason }])
})

test.each(CHANGES.filter(([, reason]) => reason !== 'stage_left'))(
  '%s: a sequence that does not stop with the stage stops as well (%s)',
  async (_what, reason, change) => {
    const enrolled = await almostDue({ stopWhenStageLeft: false })
    change(enrolled)
    await oneSecondLater()
    expect(mailsTo(enrolled.address)).toEqual([])
    expect(await enrolled.portal.enrollments(enrolled.dealId)).toMatchObject([{ stopReason: reason }])
  },
)

test('an address that changed one second before is the one that gets the mail, and the old one none', async () => {
  const { portal, contactId, address } = await almostDue()
  const changed = `new-${address}`
  world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, { email: changed })
  await oneSecondLater()
  expect(mailsTo(address)).toEqual([])
  expect(mailsTo(changed)).toHaveLength(1)
})

test('an address that was taken away one second before leaves a step that says so', async () => {
  const { portal, contactId, address } = await almostDue()
  world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, { email: '' })
  await oneSecondLater()
  expect(mailsTo(address)).toEqual([])
  const runs = await inPortal(database.db, portal.portalId, (trx) =>
    trx.selectFrom('stepRuns').where('kind', '=', 'email').select(['status', 'why']).execute(),
  )
  expect(runs).toMatchObject([{ status: 'held', why: expect.stringContaining('no e-mail address') }])
})

test.each([
  ['goes to the new one', 'new'],
  ['says that there is none', ''],
])('an address that another contact has now, who was read first: the mail of its owner %s', async (_what, local) => {
  const { portal, dealId, contactId, address } = await almostDue()
  const own = local && `${local}-${address}`
  const other = portal.hasDeal('lead', [`other-${address}`])
  const reads = () =>
    syncDeal(world.deps, { portalId: portal.portalId, actor: { kind: 'worker' }, requestId: 'card' }, other.dealId)
  await reads()
  world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, { email: own })
  world.sandbox.updateRecord(portal.portalId, 'contacts', other.contactIds[0] ?? '', { email: address })
  await reads()
  await oneSecondLater()
  expect(mailsTo(address)).toEqual([])
  if (own) expect(mailsTo(own)).toHaveLength(1)
  const [enrollment] = await portal.enrollments(dealId)
  expect(enrollment).toMatchObject({ contactId, status: own ? 'completed' : 'active' })
  const runs = await inPortal(database.db, portal.portalId, (trx) =>
    trx.selectFrom('stepRuns').where('kind', '=', 'email').select(['status', 'why']).execute(),
  )
  const held = { status: 'held', why: expect.stringContaining('no e-mail address') }
  expect(runs).toMatchObject([own ? { status: 'sent' } : held])
})

test('what was corrected in HubSpot one second before is what the mail says', async () => {
  const enrolled = await almostDue({}, { body: 'Dear {{ contact.firstname }}, it is {{ deal.amount }}.' })
  setContact('firstname', 'Grace')(enrolled)
  setDeal('amount', '4321')(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toMatchObject([{ raw: expect.stringContaining('Dear Grace, it is 4321.') }])
})

test('a value that was filled in one second before fills the mail', async () => {
  const enrolled = await almostDue({}, { body: 'How is {{ contact.company }}?' })
  setContact('company', 'Analytical Engines')(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toMatchObject([{ raw: expect.stringContaining('How is Analytical Engines?') }])
})

test('a contact who moved to another time zone one second before gets it in the hours there', async () => {
  const { hour } = world.clock.read().add({ hours: 1 }).toZonedDateTimeISO('UTC')
  const [from, until] = [hour, hour + 1].map((full) => `${String(full).padStart(2, '0')}:00`)
  const windows = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: from ?? '', until: until ?? '' }))
  const before = setContact('hs_timezone', 'atlantic_slash_reykjavik')
  const enrolled = await almostDue({ calendar: { ...ANY_TIME, windows } }, { before })
  setContact('hs_timezone', 'asia_slash_tokyo')(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
  const runs = await inPortal(database.db, enrolled.portal.portalId, (trx) =>
    trx.selectFrom('stepRuns').where('kind', '=', 'email').select(['status', 'why']).execute(),
  )
  expect(runs).toMatchObject([{ status: 'scheduled', why: expect.stringContaining('(Asia/Tokyo') }])
})
