import { expect, test } from 'vitest'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const world = useWorld(useDatabase())

test('a deal that enters a mapped stage enrolls every contact, and each gets its decision', async () => {
  const portal = await world.portal()
  const { dealId, contactIds } = portal.hasDeal('lead', ['ada@example.com', 'grace@example.com'])
  await portal.maps('demo', await portal.hasSequence())
  portal.moves(dealId, 'demo')
  await world.handlesEvents()

  const enrollments = await portal.enrollments(dealId)
  expect(enrollments.map((row) => row.contactId).sort()).toEqual([...contactIds].sort())
  expect(enrollments.every((row) => row.status === 'active')).toBe(true)
  const enrolled = (await portal.decisions(dealId)).filter((decision) => decision.reason === 'enrolled')
  expect(enrolled).toHaveLength(2)
  expect(enrolled[0]?.trace.every((line) => line.passed)).toBe(true)
  expect(await portal.activities(dealId)).toEqual(
    expect.arrayContaining(['deal.entered_stage', 'contact.synced', 'enrollment.started']),
  )
})

test('an unmapped stage has no effect and says so', async () => {
  const portal = await world.portal()
  const { dealId } = portal.hasDeal('lead', ['ada@example.com'])
  portal.moves(dealId, 'proposal')
  await world.handlesEvents()

  expect(await portal.enrollments(dealId)).toEqual([])
  expect((await portal.decisions(dealId)).map((decision) => decision.reason)).toContain('no_mapping')
})

test('a mapping that is off, and a sequence that is paused, enroll nobody and say which it was', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence(), false)
  await portal.maps('proposal', await portal.hasSequence(undefined, { status: 'paused' }))
  const { dealId } = portal.hasDeal('lead', ['ada@example.com'])
  await world.handlesEvents()
  portal.moves(dealId, 'demo')
  await world.handlesEvents()
  world.passes({ minutes: 1 })
  portal.moves(dealId, 'proposal')
  await world.handlesEvents()

  expect(await portal.enrollments(dealId)).toEqual([])
  const reasons = (await portal.decisions(dealId)).map((decision) => decision.reason)
  expect(reasons).toEqual(expect.arrayContaining(['mapping_off', 'sequence_not_active']))
})

test('a deal created in a mapped stage is one entry, although creation and property change both tell it', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  await world.handlesEvents()

  expect(await portal.enrollments(dealId)).toHaveLength(1)
  expect((await portal.decisions(dealId)).filter((decision) => decision.reason === 'enrolled')).toHaveLength(1)
})

test('a deal without a contact waits, and the first contact completes it', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId } = portal.hasDeal('lead')
  portal.moves(dealId, 'demo')
  await world.handlesEvents()
  expect((await portal.decisions(dealId)).at(-1)).toMatchObject({ outcome: 'parked', reason: 'no_contact' })

  world.passes({ hours: 30 })
  const contactId = portal.hasContact('late@example.com')
  world.sandbox.associate(portal.portalId, dealId, contactId)
  await world.handlesEvents()
  expect(await portal.enrollments(dealId)).toMatchObject([{ contactId, status: 'active' }])
})

test('a contact who joins soon after the entry is enrolled, a late one is left to a person', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  await world.handlesEvents()
  world.passes({ minutes: 10 })
  const soon = portal.hasContact('soon@example.com')
  world.sandbox.associate(portal.portalId, dealId, soon)
  await world.handlesEvents()
  world.passes({ minutes: 10 })
  const late = portal.hasContact('late@example.com')
  world.sandbox.associate(portal.portalId, dealId, late)
  await world.handlesEvents()

  const enrolled = (await portal.enrollments(dealId)).map((row) => row.contactId)
  expect(enrolled).toContain(soon)
  expect(enrolled).not.toContain(late)
  const decision = (await portal.decisions(dealId)).find((row) => row.contactId === late)
  expect(decision).toMatchObject({ outcome: 'not_enrolled', reason: 'joined_late' })
})

test('contacts without an address, with a bad one, and those who opted out are refused one by one', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId, contactIds } = portal.hasDeal('lead', ['fine@example.com', 'out@example.com', 'a..b@example.com'])
  const blank = portal.hasContact()
  world.sandbox.associate(portal.portalId, dealId, blank)
  world.sandbox.updateRecord(portal.portalId, 'contacts', contactIds[1] ?? '', { hs_email_optout: 'true' })
  portal.moves(dealId, 'demo')
  await world.handlesEvents()

  const reasons = new Map((await portal.decisions(dealId)).map((row) => [row.contactId, row.reason]))
  expect(reasons.get(contactIds[0] ?? '')).toBe('enrolled')
  expect(reasons.get(contactIds[1] ?? '')).toBe('opted_out')
  expect(reasons.get(contactIds[2] ?? '')).toBe('invalid_email')
  expect(reasons.get(blank)).toBe('no_email')
  const text = JSON.stringify(await portal.decisions(dealId))
  expect(text).not.toContain('@example.com')
})

test('a deal that already left the stage enrolls nobody for it', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId } = portal.hasDeal('lead', ['ada@example.com'])
  world.passes({ minutes: 1 })
  portal.moves(dealId, 'demo')
  world.passes({ minutes: 1 })
  portal.moves(dealId, 'proposal')
  await world.handlesEvents()

  expect(await portal.enrollments(dealId)).toEqual([])
  expect((await portal.decisions(dealId)).map((row) => row.reason)).toContain('stage_moved_on')
})

test('leaving the stage stops what the stage started, and nothing else', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  await portal.maps('proposal', await portal.hasSequence(undefined, { stopWhenStageLeft: false }))
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  await world.handlesEvents()
  world.passes({ minutes: 1 })
  portal.moves(dealId, 'proposal')
  await world.handlesEvents()
  world.passes({ minutes: 1 })
  portal.moves(dealId, 'won')
  await world.handlesEvents()

  expect(await portal.enrollments(dealId)).toMatchObject([
    { status: 'stopped', stopReason: 'stage_left' },
    { status: 'active', stopReason: null },
  ])
})

test('coming back to the stage while the first run is active does not enroll twice', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence(undefined, { stopWhenStageLeft: false }))
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  await world.handlesEvents()
  world.passes({ minutes: 5 })
  portal.moves(dealId, 'lead')
  world.passes({ minutes: 5 })
  portal.moves(dealId, 'demo')
  await world.handlesEvents()

  expect(await portal.enrollments(dealId)).toHaveLength(1)
  expect((await portal.decisions(dealId)).at(-1)).toMatchObject({ reason: 'already_enrolled' })
})

test('an entry from before the connection enrolls nobody', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  world.passes({ hours: -2 })
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  world.passes({ hours: 2 })
  await world.handlesEvents()

  expect(await portal.enrollments(dealId)).toEqual([])
  expect((await portal.decisions(dealId)).at(-1)).toMatchObject({ reason: 'before_connection' })
})

test('a removed contact and a deleted deal stop what runs', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId, contactIds } = portal.hasDeal('demo', ['ada@example.com', 'grace@example.com'])
  await world.handlesEvents()
  world.sandbox.dissociate(portal.portalId, dealId, contactIds[0] ?? '')
  await world.handlesEvents()
  world.sandbox.deleteDeal(portal.portalId, dealId)
  await world.handlesEvents()

  const stopped = new Map((await portal.enrollments(dealId)).map((row) => [row.contactId, row.stopReason]))
  expect(stopped.get(contactIds[0] ?? '')).toBe('contact_removed')
  expect(stopped.get(contactIds[1] ?? '')).toBe('deal_deleted')
})
