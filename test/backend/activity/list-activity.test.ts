import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { eraseContact } from '#modules/contacts/erase-contact.ts'
import { markContactsDeleted, releaseIdentity } from '#modules/contacts/repository.ts'
import { useWorlds } from '#test/backend/deal-card/use-worlds.ts'
import { hasEnrollment } from '#test/support/configured-portal.ts'

const { db, enrolledWorld } = useWorlds()

type World = Awaited<ReturnType<typeof enrolledWorld>>

/** A second contact of the deal, enrolled in the same sequence. */
async function joins(
  world: World,
  contactId: string,
  given: { firstName?: string | null; email?: string | null } = {},
) {
  const { deps, portal, portalId, sequence } = world
  const id = deps.ids()
  const person = { firstName: 'Grace', lastName: null, email: `${contactId}@example.com`, phone: null, company: null }
  await inPortal(db, portalId, async (trx) => {
    const readAt = deps.clock()
    await trx
      .insertInto('contacts')
      .values({ portalId, id, contactId, ...person, ...given, readAt })
      .execute()
    await trx.insertInto('dealContacts').values({ portalId, dealId: '124', contactId, seenAt: readAt }).execute()
  })
  await hasEnrollment(deps, portal, sequence.id, { id, contactId })
  return id
}

const lines = async ({ card }: World) => (await card()).activity.map(({ text }) => text)

async function sent({ deps, portal, portalId, id, sequence }: World, contactId: string, enrollmentId = id) {
  const data = { sequence: sequence.name, step: 2 }
  const line = { kind: 'step.sent', dealId: '124', contactId, enrollmentId, data } as const
  await inPortal(db, portalId, (trx) => recordActivity(deps, trx, portal, line))
}

test('with several contacts on a deal each line says whom it is about, in which sequence and step', async () => {
  const world = await enrolledWorld()
  await joins(world, '52')
  await sent(world, '51')
  expect((await lines(world)).toSorted()).toEqual([
    'Ada Lovelace was enrolled in Demo follow-up by hand',
    'Grace was enrolled in Demo follow-up by hand',
    'Step 2 of Demo follow-up for Ada Lovelace was accepted by the mail server',
  ])
})

test('who has no name is called by the address, and two of one name are told apart by it', async () => {
  const world = await enrolledWorld()
  await joins(world, '52', { firstName: null })
  await joins(world, '53')
  await joins(world, '54', { email: null })
  expect((await lines(world)).toSorted()).toEqual([
    '52@example.com was enrolled in Demo follow-up by hand',
    'Ada Lovelace was enrolled in Demo follow-up by hand',
    'Grace (53@example.com) was enrolled in Demo follow-up by hand',
    'Grace (Contact 54) was enrolled in Demo follow-up by hand',
  ])
})

test('a deleted contact keeps the name, an erased one has none in any line', async () => {
  const world = await enrolledWorld()
  const { deps, portal, portalId } = world
  await joins(world, '52')
  await inPortal(db, portalId, async (trx) => {
    await markContactsDeleted(trx, portalId, ['51'], deps.clock())
    await eraseContact(deps, trx, portal, '52')
  })
  expect((await lines(world)).toSorted()).toEqual([
    'Ada Lovelace (deleted in HubSpot) was enrolled in Demo follow-up by hand',
    'Contact 52 (deleted in HubSpot) was enrolled in Demo follow-up by hand',
  ])
})

test('a line from before a merge names the contact that goes on, and one of an unknown contact its number', async () => {
  const world = await enrolledWorld()
  const { deps, portal, portalId } = world
  const grace = await joins(world, '52')
  await inPortal(db, portalId, async (trx) => {
    const ada = await trx.selectFrom('contacts').where('contactId', '=', '51').select('id').executeTakeFirstOrThrow()
    await releaseIdentity(trx, portalId, ada.id, grace, deps.clock())
    const data = { sequence: 'Demo follow-up', reason: 'no_email' }
    await recordActivity(deps, trx, portal, { kind: 'enrollment.refused', dealId: '124', contactId: '99', data })
  })
  expect((await lines(world)).toSorted()).toEqual([
    'Contact 99 was not enrolled in Demo follow-up: the contact has no e-mail address',
    'Grace was enrolled in Demo follow-up by hand',
    'Grace was enrolled in Demo follow-up by hand',
  ])
})

test('another account’s contact of the same number gives no name', async () => {
  const other = await enrolledWorld()
  const world = await enrolledWorld()
  await inPortal(db, other.portalId, (trx) => trx.updateTable('contacts').set({ firstName: 'Mary' }).execute())
  await sent(world, '51', other.deps.ids())
  const shown = await lines(world)
  expect(shown).toContain('Step 2 of Demo follow-up for Ada Lovelace was accepted by the mail server')
  expect(shown.join()).not.toContain('Mary')
})
