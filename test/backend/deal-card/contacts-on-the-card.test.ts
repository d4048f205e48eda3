import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { hashAddress } from '#modules/suppressions/hash-address.ts'
import { hasDeal } from '#test/support/configured-portal.ts'
import { useWorlds } from './use-worlds.ts'

const { db, world, enrolledWorld } = useWorlds()

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
        addressHash: hashAddress(portalId, 'p54@example.com'),
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

test('an erased address that HubSpot sends once more says why nobody can be enrolled', async () => {
  const { deps, portalId, card } = await world()
  await hasDeal(deps, portalId)
  const email = 'ada51@example.com'
  // What an erasure leaves: the hash without the address.
  const erased = { portalId, addressHash: hashAddress(portalId, email), address: null, createdAt: deps.clock() }
  await inPortal(db, portalId, (trx) =>
    trx
      .insertInto('suppressions')
      .values({ ...erased, reason: 'erased' })
      .execute(),
  )
  expect((await card()).contacts).toMatchObject([{ email, blocked: 'Asked for the deletion of personal data.' }])
})

test('someone enrolled who left the deal is still shown', async () => {
  const { portalId, card } = await enrolledWorld()
  await inPortal(db, portalId, (trx) => trx.deleteFrom('dealContacts').where('dealId', '=', '124').execute())
  expect((await card()).contacts).toMatchObject([
    { contactId: '51', blocked: 'The contact is no longer on this deal.', enrollments: [{ status: 'active' }] },
  ])
})
