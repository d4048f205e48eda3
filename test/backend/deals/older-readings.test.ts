import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { type HubSpotContact, readContacts } from '#hubspot/contacts.ts'
import { listDealContacts } from '#modules/contacts/list-deal-contacts.ts'
import { saveContacts } from '#modules/contacts/save-contacts.ts'
import { saveDeals } from '#modules/deals/save-deals.ts'
import { handleDueEvents } from '#modules/events/handle-due-events.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

test('a reading that arrives after a newer one brings back no contact who left the deal, and takes none away', async () => {
  const { portalId, hasDeal } = await world.portal()
  const { dealId, contactIds } = hasDeal('demo', ['ada@example.com', 'grace@example.com'])
  const [ada = '', grace = ''] = contactIds
  const contacts = [...(await readContacts(world.deps.hubspot, portalId, contactIds)).values()]
  await keeps(portalId, contacts, 0)
  const reads = (ids: string[], minutes: number) =>
    inPortal(database.db, portalId, (trx) =>
      saveDeals(trx, portalId, {
        readAt: at(minutes),
        asked: [dealId],
        deals: new Map(),
        contactsOf: new Map([[dealId, ids]]),
      }),
    )
  const onDeal = () =>
    inPortal(database.db, portalId, async (trx) => [...(await listDealContacts(trx, portalId, dealId)).keys()])
  await reads([grace], 2)
  await reads([ada], 1)
  expect(await onDeal()).toEqual([grace])
  await reads([ada], 3)
  expect(await onDeal()).toEqual([ada])
})

test('a reading that arrives after a newer one takes no opt-out and no address back', async () => {
  const { portalId, hasContact } = await world.portal()
  const id = hasContact('ada@example.com')
  const [before] = (await readContacts(world.deps.hubspot, portalId, [id])).values()
  if (!before) throw new Error('HubSpot does not have the contact')
  const now = { ...before, email: 'ada@new.example', optedOut: true }
  await keeps(portalId, [before], 0)
  await keeps(portalId, [now], 2)
  for (const old of [before, { ...before, email: 'other@example.com' }]) {
    const saved = await keeps(portalId, [old], 1)
    expect(saved.get(id)).toMatchObject({ email: 'ada@new.example', optedOut: true })
  }
  expect((await keeps(portalId, [before], 3)).get(id)).toMatchObject({ email: 'ada@example.com', optedOut: false })
})

test('a turn that read a person before they were erased does not bring them back', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId, contactIds } = portal.hasDeal('demo', ['ada@example.com'])
  const known = await readContacts(world.deps.hubspot, portal.portalId, contactIds)
  await keeps(portal.portalId, [...known.values()], 0)
  await world.sandbox.webhooks.settle()
  const { hubspot } = world.deps
  const call: typeof hubspot.call = async (portalId, request) => {
    const answer = await hubspot.call(portalId, request)
    if (/objects.*contacts\/batch\/read$/.test(request.path)) {
      world.passes({ seconds: 1 })
      world.sandbox.eraseContact(portalId, contactIds[0] ?? '')
      await world.handlesEvents()
    }
    return answer
  }
  await handleDueEvents({ ...world.deps, hubspot: { ...hubspot, call } }, portal.portalId - 1)
  const people = await inPortal(database.db, portal.portalId, (trx) =>
    trx.selectFrom('contacts').where('portalId', '=', portal.portalId).select(['email', 'firstName']).execute(),
  )
  expect(people).toEqual([{ email: null, firstName: null }])
  expect(await portal.enrollments(dealId)).toEqual([])
})

const at = (minutes: number) => world.clock.read().add({ minutes })

function keeps(portalId: number, contacts: readonly HubSpotContact[], minutes: number) {
  const portal = { portalId, actor: { kind: 'worker' }, requestId: 'test' } as const
  return inPortal(database.db, portalId, (trx) =>
    saveContacts(world.deps, trx, portal, contacts, { dealId: null, readAt: at(minutes) }),
  )
}
