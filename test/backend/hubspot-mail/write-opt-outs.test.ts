import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { eraseContact } from '#modules/contacts/erase-contact.ts'
import { unsubscribeContact } from '#modules/suppressions/unsubscribe-contact.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'
import { openMailPortal } from './mail-world.ts'

const database = useDatabase()
const world = useWorld(database)
const open = () => openMailPortal(world, database)
type Portal = Awaited<ReturnType<typeof open>>

const recipient = (portalId: number) => ({ portalId, actor: { kind: 'recipient' as const }, requestId: 'link' })
const unsubscribes = (portal: Portal, enrollmentId: string) =>
  inPortal(database.db, portal.portalId, (trx) =>
    unsubscribeContact(portal.deps, trx, recipient(portal.portalId), enrollmentId),
  )
const TYPE = { subscriptionId: '1002', writeOptOuts: 'subscription' } as const

test('off is the default: HubSpot hears nothing', async () => {
  const portal = await open()
  const { enrollmentId } = await portal.mails()
  await unsubscribes(portal, enrollmentId)
  expect(await portal.query('select * from opt_out_writes')).toEqual([])
  expect(await portal.writes()).toEqual({ optOuts: 0, records: 0 })
  expect(portal.calls('communication-preferences')).toEqual([])
})

test('who unsubscribes is opted out of the chosen subscription type, once', async () => {
  const portal = await open()
  expect(await portal.saves(TYPE)).toMatchObject({ subscription: { id: '1002', name: 'One to One' } })
  const { email, enrollmentId } = await portal.mails()
  await unsubscribes(portal, enrollmentId)
  await unsubscribes(portal, enrollmentId)
  expect(await portal.writes()).toMatchObject({ optOuts: 1 })
  expect(await portal.writes()).toMatchObject({ optOuts: 0 })
  expect(portal.preferences(email)?.statuses.get('1002')).toBe('UNSUBSCRIBED')
  expect(portal.preferences(email)?.unsubscribedAllAt).toBeNull()
  expect(portal.calls('/statuses/')).toHaveLength(1)
  expect(await portal.query('select status, address from opt_out_writes')).toEqual([{ status: 'done', address: null }])
  expect(await portal.query(`select 1 from lanes where kind = 'opt_outs'`)).toEqual([])
})

test('or of all e-mail; those who unsubscribed before the switch are told as well', async () => {
  const portal = await open()
  const { email, contactId, enrollmentId } = await portal.mails()
  await unsubscribes(portal, enrollmentId)
  expect(await portal.saves({ writeOptOuts: 'all' })).toMatchObject({ optOuts: { waiting: 1 } })
  await portal.writes()
  expect(portal.preferences(email)?.unsubscribedAllAt).not.toBeNull()
  const contact = world.sandbox.state.portals.get(portal.portalId)?.records.get('contacts')?.get(contactId)
  expect(contact?.properties.get('hs_email_optout')).toBe('true')
})

test('without an answer it is tried again until it is told, and the settings say why it waits', async () => {
  const portal = await open()
  await portal.saves(TYPE)
  const { email, enrollmentId } = await portal.mails()
  await unsubscribes(portal, enrollmentId)
  const heal = world.sandbox.faults.add({
    match: { path: /\/statuses\// },
    times: Infinity,
    kind: 'status',
    status: 503,
  })
  await portal.writes()
  heal()
  expect(portal.preferences(email)?.statuses.get('1002')).toBeUndefined()
  expect(await portal.saves({ ...TYPE, logMails: false })).toMatchObject({ optOuts: { waiting: 1 } })
  world.passes({ minutes: 1 })
  await portal.writes()
  expect(portal.preferences(email)?.statuses.get('1002')).toBe('UNSUBSCRIBED')
})

test('one that HubSpot refuses does not hold up the others', async () => {
  const portal = await open()
  await portal.saves(TYPE)
  const [first, second] = [await portal.mails(), await portal.mails()]
  await unsubscribes(portal, first.enrollmentId)
  world.passes({ seconds: 1 })
  await unsubscribes(portal, second.enrollmentId)
  const body = { status: 'error', category: 'VALIDATION_ERROR', message: 'No.' }
  world.sandbox.faults.add({ match: { path: /\/statuses\// }, times: 1, kind: 'status', status: 400, body })
  await portal.writes()
  expect(portal.preferences(second.email)?.statuses.get('1002')).toBe('UNSUBSCRIBED')
  const rows = await portal.query<{ status: string }>('select status from opt_out_writes order by queued_at')
  expect(rows.map(({ status }) => status)).toEqual(['refused', 'done'])
})

test.each([
  ['three that HubSpot refuses do not hold up the one behind them', 3, ['refused', 'refused', 'refused', 'done']],
  ['when HubSpot refuses all, none is to blame and they wait', Infinity, ['pending', 'pending', 'pending', 'pending']],
])('%s', async (_name, times, statuses) => {
  const portal = await open()
  await portal.saves(TYPE)
  for (let person = 0; person < 4; person++) {
    const { enrollmentId } = await portal.mails()
    await unsubscribes(portal, enrollmentId)
    world.passes({ seconds: 1 })
  }
  const body = { status: 'error', category: 'VALIDATION_ERROR', message: 'No.' }
  world.sandbox.faults.add({ match: { path: /\/statuses\// }, times, kind: 'status', status: 400, body })
  await portal.writes()
  const rows = await portal.query<{ status: string }>('select status from opt_out_writes order by queued_at')
  expect(rows.map(({ status }) => status)).toEqual(statuses)
})

test('a lost permission keeps them waiting; switching off forgets them; an erased person is forgotten', async () => {
  const portal = await open()
  await portal.saves(TYPE)
  const { contactId, enrollmentId } = await portal.mails()
  await unsubscribes(portal, enrollmentId)
  await portal.setScopes([...portal.deps.settings.scopes])
  await portal.writes()
  expect(portal.calls('/statuses/')).toEqual([])
  expect(await portal.query(`select status from opt_out_writes`)).toEqual([{ status: 'pending' }])
  await inPortal(database.db, portal.portalId, (trx) =>
    eraseContact(portal.deps, trx, recipient(portal.portalId), contactId),
  )
  expect(await portal.query(`select status from opt_out_writes`)).toEqual([])
})

test('it cannot be switched on without the permission, nor for a type that the account does not have', async () => {
  const portal = await open()
  await expect(portal.saves({ ...TYPE, subscriptionId: '4711' })).rejects.toThrow(/no such subscription type/)
  await expect(portal.saves({ ...TYPE, subscriptionId: null })).rejects.toThrow(/Choose the subscription type/)
  await portal.setScopes([...portal.deps.settings.scopes])
  await expect(portal.saves(TYPE)).rejects.toThrow(/did not allow/)
  await expect(portal.saves({ writeOptOuts: 'all' })).rejects.toThrow(/did not allow/)
  await expect(portal.saves({ logMails: true })).rejects.toThrow(/did not allow/)
})

test('what is on can be switched off without the permission, and the type stays respected', async () => {
  const portal = await open()
  await portal.saves(TYPE)
  await portal.setScopes([...portal.deps.settings.scopes])
  const off = { subscription: { id: '1002', name: 'One to One' }, writeOptOuts: 'off', optOuts: { permitted: false } }
  expect(await portal.saves({ ...TYPE, writeOptOuts: 'off' })).toMatchObject(off)
})

test('who opted out of the respected type in HubSpot gets no mail, others’ types do not count', async () => {
  const portal = await open()
  await portal.saves({ subscriptionId: '1002' })
  const optsOut = (contactId: string, type: string) =>
    world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, { [`hs_email_optout_${type}`]: 'true' })
  const [ada, bob] = [await portal.mails({ due: false }), await portal.mails({ due: false })]
  optsOut(ada.contactId, '1002')
  optsOut(bob.contactId, '1001')
  world.passes({ seconds: 1 })
  await portal.mails()
  expect(await portal.enrollments(ada.dealId)).toMatchObject([{ status: 'stopped', stopReason: 'unsubscribed' }])
  expect(await portal.enrollments(bob.dealId)).toMatchObject([{ status: 'completed' }])
})
