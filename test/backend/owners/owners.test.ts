import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { linkOwner } from '#modules/owners/link-owner.ts'
import { listOwners } from '#modules/owners/list-owners.ts'
import { refreshOwners } from '#modules/owners/refresh-owners.ts'
import { addSender } from '#modules/senders/add-sender.ts'
import { mailbox } from '#test/backend/senders/use-senders.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)
const key = () => ({ idempotencyKey: newKey() })

async function open(count = 2) {
  const { portalId } = await world.portal()
  const portal = world.sandbox.state.portals.get(portalId)
  for (let number = 1; number <= count; number++) {
    portal?.owners.push({
      id: String(70 + number),
      userId: number,
      email: number === 1 ? 'Ada@Acme.example' : `rep${number}@acme.example`,
      firstName: number === 1 ? 'Ada' : `Rep ${number}`,
      lastName: 'Owner',
    })
  }
  const scopes = ['oauth', 'crm.objects.owners.read']
  await inPortal(database.db, portalId, (trx) =>
    trx.updateTable('installations').set({ scopes }).where('portalId', '=', portalId).execute(),
  )
  return { person: person(portalId), portalId, owners: portal?.owners ?? [] }
}

test('owners are read from HubSpot, matched by address in any case, and links by hand stay', async () => {
  const { person: portal } = await open()
  const { senders } = await addSender(world.deps, portal, mailbox({ address: 'ada@acme.example' }))
  const ada = senders[1]?.id ?? ''
  const read = await refreshOwners(world.deps, portal, key())
  expect(read).toMatchObject({ permitted: true, zonesPermitted: false, readAt: world.clock.read().toString() })
  expect(read.owners).toEqual([
    {
      ...{ ownerId: '71', name: 'Ada Owner', email: 'ada@acme.example', senderId: ada, linkedByHand: false },
      ...{ timeZone: null, revision: 0 },
    },
    {
      ownerId: '72',
      name: 'Rep 2 Owner',
      email: 'rep2@acme.example',
      senderId: null,
      linkedByHand: false,
      timeZone: null,
      revision: 0,
    },
  ])
  await linkOwner(world.deps, portal, '72', { link: ada, ...key() })
  expect((await refreshOwners(world.deps, portal, key())).owners[1]).toMatchObject({
    senderId: ada,
    linkedByHand: true,
  })
})

test('who left HubSpot is no longer listed, and comes back with their link', async () => {
  const { person: portal, owners } = await open()
  await refreshOwners(world.deps, portal, key())
  await linkOwner(world.deps, portal, '72', { link: 'none', ...key() })
  const [gone] = owners.splice(1, 1)
  world.passes({ minutes: 1 })
  expect((await refreshOwners(world.deps, portal, key())).owners.map(({ ownerId }) => ownerId)).toEqual(['71'])
  if (gone) owners.push(gone)
  world.passes({ minutes: 1 })
  expect((await refreshOwners(world.deps, portal, key())).owners[1]).toMatchObject({
    ownerId: '72',
    linkedByHand: true,
  })
})

test('more owners than fit on a page are read to the end', async () => {
  const { person: portal } = await open(1_203)
  expect((await refreshOwners(world.deps, portal)).owners).toHaveLength(1_203)
})

test('without the permission nobody is asked, and the list says so', async () => {
  const { person: portal, portalId } = await open()
  await inPortal(database.db, portalId, (trx) =>
    trx
      .updateTable('installations')
      .set({ scopes: ['oauth'] })
      .where('portalId', '=', portalId)
      .execute(),
  )
  expect(await listOwners(world.deps, portal)).toMatchObject({ permitted: false, owners: [], readAt: null })
  await expect(refreshOwners(world.deps, portal, key())).rejects.toThrow('accept the optional permissions')
})

test('an empty list archives nobody, and nobody unknown is linked', async () => {
  const { person: portal, owners } = await open()
  await refreshOwners(world.deps, portal, key())
  owners.length = 0
  await expect(refreshOwners(world.deps, portal, key())).rejects.toMatchObject({ code: 'hubspot_rejected' })
  expect((await listOwners(world.deps, portal)).owners).toHaveLength(2)
  await expect(linkOwner(world.deps, portal, '999', { link: 'none', ...key() })).rejects.toMatchObject({
    code: 'not_found',
  })
})
