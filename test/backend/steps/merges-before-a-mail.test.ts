import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { readStepFacts } from '#modules/step-facts/read-step-facts.ts'
import { useDatabase } from '#test/support/database.ts'
import { mergeUntold } from '#test/support/untold-merge.ts'
import { type Enrolled, useTruth } from './use-truth.ts'

const database = useDatabase()
const truth = useTruth(database)
const { world, almostDue, oneSecondLater, mailsTo } = truth

/** The contact goes into one whom HubSpot has with another address. */
const contactGoes =
  (asNew: boolean) =>
  ({ portal, contactId, address }: Enrolled) => {
    const stays = portal.hasContact(`stays-${address}`)
    return { contactId: world.sandbox.mergeContacts(portal.portalId, stays, contactId, asNew), to: `stays-${address}` }
  }
const contactStays =
  (asNew: boolean) =>
  ({ portal, contactId, address }: Enrolled) => {
    const goes = portal.hasContact(`goes-${address}`)
    return { contactId: world.sandbox.mergeContacts(portal.portalId, contactId, goes, asNew), to: address }
  }
const dealGoes =
  (asNew: boolean) =>
  ({ portal, dealId, address }: Enrolled, other: string) => {
    return { dealId: world.sandbox.mergeDeals(portal.portalId, other, dealId, asNew), to: address }
  }
const dealStays =
  (asNew: boolean) =>
  ({ portal, dealId, address }: Enrolled, other: string) => {
    return { dealId: world.sandbox.mergeDeals(portal.portalId, dealId, other, asNew), to: address }
  }

type Merge = (enrolled: Enrolled, otherDeal: string) => { to: string; dealId?: string; contactId?: string }

const MERGES: readonly [what: string, merge: Merge][] = [
  ['the contact into another one', contactGoes(false)],
  ['the contact and another one into a new one', contactGoes(true)],
  ['another contact into it', contactStays(false)],
  ['another contact into it, which gets a new id', contactStays(true)],
  ['the deal into another one in the stage', dealGoes(false)],
  ['the deal and another one in the stage into a new one', dealGoes(true)],
  ['another deal into it', dealStays(false)],
  ['another deal into it, which gets a new id', dealStays(true)],
]

/** Besides a deal in this stage with a contact of its own. */
async function almostDueBeside(stage: string) {
  let other = ''
  const before = ({ portal, address }: Enrolled) => {
    other = portal.hasDeal(stage, [`beside-${address}`]).dealId
  }
  return { enrolled: await almostDue({}, { before }), other }
}

test.each(MERGES)('merged one second before, %s, and nobody told us: the mail goes out once', async (_what, merge) => {
  const { enrolled, other } = await almostDueBeside('demo')
  const { to, dealId = enrolled.dealId, contactId = enrolled.contactId } = merge(enrolled, other)
  const own = async () => (await enrolled.portal.enrollments(dealId)).filter((row) => row.contactId === contactId)
  await oneSecondLater()
  expect(mailsTo(to)).toHaveLength(1)
  if (to !== enrolled.address) expect(mailsTo(enrolled.address)).toEqual([])
  const expected = [{ status: 'completed', stopReason: null }]
  expect(await own()).toMatchObject(expected)
  world.sandbox.webhooks.resume()
  await world.handlesEvents()
  await truth.sends()
  expect(mailsTo(to)).toHaveLength(1)
  expect(await own()).toMatchObject(expected)
})

test('merged into a deal in another stage one second before: no mail, and the reason is the merge', async () => {
  const { enrolled, other } = await almostDueBeside('proposal')
  dealGoes(false)(enrolled, other)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
  expect(await enrolled.portal.enrollments(enrolled.dealId)).toMatchObject([
    { status: 'stopped', stopReason: 'merged' },
  ])
})

test.each([
  ['opted out', 'unsubscribed', { hs_email_optout: 'true' }],
  ['has answered', 'replied', { hs_sales_email_last_replied: 'now' }],
])('merged into a contact who %s: no mail, for that reason', async (_what, reason, values) => {
  const enrolled = await almostDue()
  const { portal, dealId, address } = enrolled
  const { contactId, to } = contactGoes(false)(enrolled)
  const told = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === 'now' ? world.clock.read().toString() : value]),
  )
  world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, told)
  await oneSecondLater()
  expect([...mailsTo(to), ...mailsTo(address)]).toEqual([])
  expect(await portal.enrollments(dealId)).toMatchObject([{ stopReason: reason, contactId }])
})

test('two contacts of a deal in one sequence are merged one second before: one mail, and one run ends as merged', async () => {
  const enrolled = await almostDue({}, { more: 1 })
  const { portal, dealId, contactId, address } = enrolled
  const other = (await portal.enrollments(dealId)).find((enrollment) => enrollment.contactId !== contactId)
  world.sandbox.mergeContacts(portal.portalId, contactId, other?.contactId ?? '')
  await oneSecondLater()
  expect(mailsTo(address)).toHaveLength(1)
  expect(mailsTo(`more-1-${address}`)).toEqual([])
  expect(await portal.enrollments(dealId)).toMatchObject([
    { contactId, status: 'completed' },
    { status: 'stopped', stopReason: 'merged' },
  ])
  const whys = await inPortal(database.db, portal.portalId, (trx) =>
    trx.selectFrom('stepRuns').where('kind', '=', 'email').where('status', '=', 'canceled').select('why').execute(),
  )
  expect(whys).toHaveLength(1)
})

test.each(['deal', 'contact'] as const)(
  'a branch on a %s that was merged looks at the record that stays',
  async (kind) => {
    const { enrolled, other } = await almostDueBeside('demo')
    const { portal, dealId, contactId } = enrolled
    const stays = kind === 'deal' ? other : portal.hasContact(`stays-${enrolled.address}`)
    const property = kind === 'deal' ? 'dealname' : 'firstname'
    world.sandbox.updateRecord(portal.portalId, `${kind}s`, stays, { [property]: 'Stays' })
    const goes = kind === 'deal' ? dealId : contactId
    mergeUntold(world, portal.portalId, `${kind}s`, { stays, goes })
    const conditions = [{ subject: kind, property, type: 'text', operator: 'is', value: 'Stays' } as const]
    const question = { runId: 'run', enrollmentId: world.deps.ids(), dealId, contactId, conditions }
    const facts = await readStepFacts(world.deps, portal.portalId, [question], 'UTC')
    expect(facts.get('run')).toMatchObject({ [kind]: { [property]: 'Stays' } })
  },
)
