import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import { refreshOwners } from '#modules/owners/refresh-owners.ts'
import { zonesOfOwners } from '#modules/owners/zones-of-owners.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)
const key = () => ({ idempotencyKey: newKey() })

const OWNERS = 'crm.objects.owners.read'
const USERS = 'crm.objects.users.read'
const NEW_YORK = 'america_slash_new_york'
const WINDOWS = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', until: '17:00' }))

/** A portal of Berlin that granted these scopes; it is Monday there, 10:00. Its deals are owned by 71, who is in New York. */
async function open(scopes: readonly string[]) {
  const one = await world.portal()
  const { portalId } = one
  const grants = (granted: readonly string[]) =>
    inPortal(database.db, portalId, (trx) =>
      trx
        .updateTable('installations')
        .set({ scopes: ['oauth', ...granted] })
        .where('portalId', '=', portalId)
        .execute(),
    )
  const bo = { id: '71', userId: 1, email: 'bo@acme.example', firstName: 'Bo', lastName: 'Owner' }
  world.sandbox.state.portals.get(portalId)?.owners.push(bo)
  const isUser = (properties: Record<string, string>) => world.sandbox.createRecord(portalId, 'users', properties)
  isUser({ hs_internal_user_id: '1', hubspot_owner_id: '71', hs_standard_time_zone: NEW_YORK })
  await grants(scopes)
  return { ...one, portal: person(portalId), isUser, grants }
}

type Opened = Awaited<ReturnType<typeof open>>

const zonesOf = async ({ portal }: Opened) => {
  world.passes({ seconds: 1 })
  const { owners, zonesPermitted } = await refreshOwners(world.deps, portal, key())
  return { zonesPermitted, zones: owners.map(({ timeZone }) => timeZone) }
}

test.each([
  ['in the hours of the owner', [OWNERS, USERS], {}, "09:00 (America/New_York, the owner's time zone)"],
  ['in their own', [OWNERS, USERS], { hs_timezone: 'asia_slash_tokyo' }, "09:00 (Asia/Tokyo, the contact's time zone)"],
  ['in the account’s without the scope', [OWNERS], {}, "10:00 (Europe/Berlin, the account's time zone)"],
])('a contact is mailed %s, and the card says whose clock it is', async (_name, scopes, properties, clock) => {
  const opened = await open(scopes)
  const { portal, portalId } = opened
  await zonesOf(opened)
  const calendar = { ...ANY_TIME, timeZone: null, windows: WINDOWS }
  await opened.maps('demo', await opened.hasSequence(undefined, { calendar }))
  const contactId = world.sandbox.createContact(portalId, { email: 'ada@customer.example', properties })
  const dealId = world.sandbox.createDeal(portalId, { name: 'Engines', stageId: 'lead', contactIds: [contactId] })
  opened.moves(dealId, 'demo')
  await world.handlesEvents()
  const card = await getDealCard(world.deps, portal, dealId, async () => true)
  const [enrollment] = card.contacts[0]?.enrollments ?? []
  expect(enrollment?.why).toContain(clock)
  const zone = /\(([^,]+),/.exec(clock)?.[1] ?? ''
  const at = Temporal.Instant.from(enrollment?.nextSendAt ?? '').toZonedDateTimeISO(zone)
  expect(at.toPlainTime().toString({ smallestUnit: 'minute' })).toBe(clock.slice(0, 5))
})

test('zones follow HubSpot, are named as the tz database does where it knows them, and go with the permission', async () => {
  const opened = await open([OWNERS, USERS])
  const { portalId, isUser, grants } = opened
  const owners = world.sandbox.state.portals.get(portalId)?.owners
  for (const userId of [2, 3])
    owners?.push({ id: `7${userId}`, userId, email: '', firstName: 'Owner', lastName: `${userId}` })
  expect(await zonesOf(opened)).toEqual({ zonesPermitted: true, zones: ['America/New_York', null, null] })
  isUser({ hs_internal_user_id: '2', hs_standard_time_zone: 'middle_earth' })
  expect((await zonesOf(opened)).zones).toEqual(['America/New_York', 'middle_earth', null])
  await grants([OWNERS])
  expect(await zonesOf(opened)).toEqual({ zonesPermitted: false, zones: [null, null, null] })
})

test('more users than fit on a page are read to the end', async () => {
  const opened = await open([OWNERS, USERS])
  world.sandbox.state.portals
    .get(opened.portalId)
    ?.owners.push({ id: '99', userId: 9, email: '', firstName: 'Z', lastName: 'Z' })
  for (let user = 0; user < 230; user++) opened.isUser({ hs_internal_user_id: String(1000 + user) })
  opened.isUser({ hs_internal_user_id: '9', hs_standard_time_zone: 'Asia/Tokyo' })
  expect((await zonesOf(opened)).zones).toEqual(['America/New_York', 'Asia/Tokyo'])
})

test('an owner has the zone of the user that names them, before that of the user they name', () => {
  const users = [
    { ownerId: '1', userId: '20', timeZone: 'A' },
    { ownerId: null, userId: '10', timeZone: 'B' },
    { ownerId: null, userId: null, timeZone: 'C' },
  ]
  const owners = [
    { ownerId: '1', userId: '10' },
    { ownerId: '2', userId: '10' },
    { ownerId: '3', userId: null },
    { ownerId: '4', userId: '40' },
  ]
  expect([...zonesOfOwners(owners, users)]).toEqual([
    ['1', 'A'],
    ['2', 'B'],
  ])
})
