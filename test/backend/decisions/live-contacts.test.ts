import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import type { HubSpotCall } from '#hubspot/hubspot.ts'
import { handleDueEvents } from '#modules/events/handle-due-events.ts'
import type { Branch, Condition } from '#shared/contract/enrollment-policy.ts'
import type { LinkType } from '#test/sandbox/hubspot/types.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'
import { begin, happen, type Live, type LivePattern, testPatterns } from './live-story.ts'

const world = useWorld(useDatabase())

const CHAMPION = { category: 'USER_DEFINED', typeId: 36, label: 'Champion' } as const
const PRIMARY: LinkType = { category: 'HUBSPOT_DEFINED', typeId: 999, label: 'Primary' }
const champions = { target: { kind: 'labels' as const, labels: [CHAMPION] } }
const primary = { target: { kind: 'primary' as const } }
const TWO = ['ada@example.com', 'grace@example.com']
const day = 24 * 60

const amount: Condition = { subject: 'deal', property: 'amount', type: 'number', operator: 'at_least', value: '1000' }
const germany: Condition = { subject: 'contact', property: 'country', type: 'text', operator: 'is', value: 'Germany' }
const branch = (name: string, sequenceId: string | null, ...items: Condition[]): Branch => ({
  name,
  when: { match: 'all', items },
  sequenceId,
})
const large = ({ other }: { other: string }) => ({ branches: [branch('Large', other, amount)] })
const onlyLarge = ({ other }: { other: string }) => ({ ...large({ other }), otherwise: 'nobody' as const })
const noGermans = { branches: [branch('Not Germany', null, germany)] }

const first = (live: Live) => live.contactIds[0] ?? ''
const becomes = (label: LinkType) => (live: Live) => live.labels(first(live), label)
const costs = (value: string) => (live: Live) =>
  world.sandbox.updateRecord(live.portal.portalId, 'deals', live.dealId, { amount: value })
const livesIn = (country: string) => (live: Live) =>
  world.sandbox.updateRecord(live.portal.portalId, 'contacts', first(live), { country })
const leavesDeal = (live: Live) => world.sandbox.dissociate(live.portal.portalId, live.dealId, first(live))
const joinsDeal = (live: Live) => world.sandbox.associate(live.portal.portalId, live.dealId, first(live))
const optsOut = (live: Live) =>
  world.sandbox.updateRecord(live.portal.portalId, 'contacts', first(live), { hs_email_optout: 'true' })

/** Another deal of the same contact enters the mapped stage, and leaves it when told. */
const otherDeal =
  (leaves = false) =>
  async (live: Live) => {
    const { portal, contactIds } = live
    const other = world.sandbox.createDeal(portal.portalId, { name: 'Other', stageId: 'demo', contactIds })
    await live.works()
    if (leaves) {
      world.passes({ minutes: 1 })
      portal.moves(other, 'lead')
      await live.works()
    }
  }

const mergesContact = async (live: Live) => {
  const { portal } = live
  const old = portal.hasContact('old@example.com')
  world.sandbox.associate(portal.portalId, live.dealId, old)
  await happen(live, 'demo@10 | lead@20 |')
  world.sandbox.mergeContacts(portal.portalId, first(live), old)
  await live.works()
}

/** Who of a deal is enrolled, and in what, on the live path. */
const PATTERNS: readonly LivePattern[] = [
  ['has one contact, who counts as primary', { rules: primary, happens: ['demo@10'] }, 'enrolled', 1, 0],
  [
    'has two contacts, none primary',
    { rules: primary, contacts: TWO, happens: ['demo@10'] },
    'no_target_contact',
    0,
    0,
  ],
  [
    'has two contacts, and one becomes primary later',
    { rules: primary, contacts: TWO, happens: ['demo@10 | @300', becomes(PRIMARY), '|', leavesDeal] },
    'not_targeted',
    0,
    1,
  ],
  ['has nobody with the label', { rules: champions, happens: ['demo@10'] }, 'no_target_contact', 0, 0],
  ['has a champion', { rules: champions, happens: [becomes(CHAMPION), 'demo@10'] }, 'enrolled', 1, 0],
  [
    'gets its champion days later',
    { rules: champions, happens: ['demo@10 | @9000', becomes(CHAMPION)] },
    'enrolled',
    1,
    0,
  ],
  ['has a contact who opted out', { happens: [optsOut, 'demo@10'] }, 'opted_out', 0, 0],
  ['has no contact yet', { contacts: [], happens: ['demo@10'] }, 'no_contact', 0, 0],
  ['loses its contact', { happens: ['demo@10 |', leavesDeal] }, 'enrolled', 0, 1],
  ['loses its contact and gets it back', { happens: ['demo@10 |', leavesDeal, '|', joinsDeal] }, 'enrolled', 0, 1],
  [
    'shares its contact, exclusively',
    { rules: { exclusive: true }, happens: [otherDeal(), 'demo@10'] },
    'in_other_sequence',
    0,
    0,
  ],
  [
    'shared its contact before, exclusively',
    { rules: { exclusive: true }, happens: [otherDeal(true), 'demo@10'] },
    'enrolled',
    1,
    0,
  ],
  ['shares its contact, not exclusively', { happens: [otherDeal(), 'demo@10'] }, 'enrolled', 1, 0],
  [
    'has a contact mailed an hour ago',
    { rules: { coolDownDays: 7 }, happens: [otherDeal(true), 'demo@60'] },
    'cooling_down',
    0,
    0,
  ],
  [
    'has a contact mailed a week ago',
    { rules: { coolDownDays: 7 }, happens: [otherDeal(true), `demo@${8 * day}`] },
    'enrolled',
    1,
    0,
  ],
  [
    'has a contact into whom another was merged',
    { rules: { reEntry: 'once', ...champions }, happens: [becomes(CHAMPION), mergesContact, 'demo@30'] },
    'enrolled_before',
    0,
    1,
  ],
  ['is large', { rules: onlyLarge, happens: [costs('1000'), 'demo@10'] }, 'enrolled', 1, 0],
  ['is small, then the mapped sequence', { rules: large, happens: [costs('999.99'), 'demo@10'] }, 'enrolled', 1, 0],
  ['is small, then nobody', { rules: onlyLarge, happens: [costs('999.99'), 'demo@10'] }, 'no_branch', 0, 0],
  ['lacks the value of a branch', { rules: onlyLarge, happens: ['demo@10'] }, 'no_branch', 0, 0],
  ['has a value that is no number', { rules: large, happens: [costs('much'), 'demo@10'] }, 'branch_unknown', 0, 0],
  [
    'has a contact of a branch for nobody',
    { rules: noGermans, happens: [livesIn('germany'), 'demo@10'] },
    'branch_nobody',
    0,
    0,
  ],
  ['has a contact of no such branch', { rules: noGermans, happens: [livesIn('France'), 'demo@10'] }, 'enrolled', 1, 0],
]

testPatterns(world, PATTERNS)

test('a branch leads into its own sequence, and no value of the contact gets into the trace', async () => {
  const rules = ({ other }: { other: string }) => ({ branches: [branch('Germany', other, germany)] })
  const live = await begin(world, { rules })
  livesIn('Germany')(live)
  await happen(live, 'demo@10 |')
  const { portalId } = live.portal
  const rows = await inPortal(world.deps.db, portalId, (trx) =>
    trx.selectFrom('enrollments').where('portalId', '=', portalId).select('sequenceId').execute(),
  )
  expect(rows).toHaveLength(1)
  expect(rows[0]?.sequenceId).not.toBe(live.sequenceId)
})

test('HubSpot is asked for what the rules name, in the same calls, and for nothing when they name nothing', async () => {
  const plain = await askedFor(await begin(world, {}))
  const named = await askedFor(
    await begin(world, { rules: (of) => ({ branches: [branch('x', of.other, amount, germany)] }) }),
  )
  expect(named.map(({ path }) => path)).toEqual(plain.map(({ path }) => path))
  expect(propertiesOf(plain, 'contacts')).not.toContain('country')
  expect(propertiesOf(named, 'contacts')).toEqual([...propertiesOf(plain, 'contacts'), 'country'])
})

test('a mapping that is switched off, whatever its rules name, holds up nobody', async () => {
  const live = await begin(world, { rules: large, off: true })
  const { portal } = live
  await portal.maps('proposal', live.sequenceId)
  const neighbor = portal.hasDeal('proposal', ['neighbor@example.com'])
  await happen(live, 'demo@10 |')
  expect((await portal.decisions(live.dealId)).at(-1)?.reason).toBe('mapping_off')
  expect(await portal.enrollments(neighbor.dealId)).toHaveLength(1)
})

test('who joined in time is enrolled, and who joined late is not, however late both are heard of', async () => {
  const live = await begin(world, {})
  const [inTime, late] = ['grace@example.com', 'alan@example.com'].map((email) => live.portal.hasContact(email))
  const joins = (contactId = '') => world.sandbox.associate(live.portal.portalId, live.dealId, contactId)
  await happen(live, 'demo@10 |')
  for (const happening of ['@24', () => joins(inTime), '@26', () => joins(late), '@60 |']) await happen(live, happening)
  const enrolled = (await live.portal.enrollments(live.dealId)).map(({ contactId }) => contactId)
  expect(enrolled).toEqual([live.contactIds[0], inTime])
  const decision = (await live.portal.decisions(live.dealId)).find(({ contactId }) => contactId === late)
  expect(decision).toMatchObject({ outcome: 'not_enrolled', reason: 'joined_late' })
})

/** The calls of the turn that decides the deal's entry. */
async function askedFor(live: Live): Promise<HubSpotCall[]> {
  const calls: HubSpotCall[] = []
  await live.works()
  await happen(live, 'demo@10')
  await world.sandbox.webhooks.settle()
  const { hubspot } = world.deps
  const call: typeof hubspot.call = (portalId, request) => {
    calls.push(request)
    return hubspot.call(portalId, request)
  }
  await handleDueEvents({ ...world.deps, hubspot: { ...hubspot, call } }, live.portal.portalId - 1)
  return calls
}

function propertiesOf(calls: readonly HubSpotCall[], objects: string): string[] {
  const { body } = calls.find(({ path }) => new RegExp(`^/crm/objects/.*/${objects}/batch/read$`).test(path)) ?? {}
  return (body as { properties: string[] }).properties
}
