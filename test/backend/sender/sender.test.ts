import { expect, test } from 'vitest'
import { checkAddress } from '#modules/sender/check-address.ts'
import { getSender } from '#modules/sender/get-sender.ts'
import { saveSender } from '#modules/sender/save-sender.ts'
import { activityKinds, newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

test('before anybody saves one, the sender is made from the installation', async () => {
  const portalId = await newPortal(db, clock)
  expect(await getSender(deps, person(portalId))).toEqual({
    fromName: `portal-${portalId}.example`,
    fromAddress: `sales-${portalId}@mail.example.com`,
    replyTo: 'admin@example.com',
    postalAddress: '',
    revision: 0,
  })
  await expect(getSender(deps, person(999_999))).rejects.toMatchObject({ code: 'not_found' })
})

test('a saved sender is kept, and only this portal’s', async () => {
  const portal = person(await newPortal(db, clock))
  const other = person(await newPortal(db, clock))
  const sender = { fromName: ' Ada Lovelace ', replyTo: 'Ada@Example.com', postalAddress: 'Street 1\r\nCity' }
  const saved = await saveSender(deps, portal, { ...sender, idempotencyKey: newKey() })
  expect(saved).toMatchObject({ fromName: 'Ada Lovelace', replyTo: 'ada@example.com', postalAddress: 'Street 1\nCity' })
  expect(await getSender(deps, portal)).toEqual(saved)
  expect((await getSender(deps, other)).replyTo).toBe('admin@example.com')
  expect(await activityKinds(db, portal.portalId)).toEqual(['sender.saved'])
})

test.each([
  { fromName: 'Ada\r\nBcc: all@example.com' },
  { fromName: '   ' },
  { replyTo: 'nobody' },
  { replyTo: 'a@b.example\nBcc: x@y.example' },
  { postalAddress: 'Street\u0000' },
])('a sender that cannot stand in a mail is refused: %j', async (wrong) => {
  const portal = person(await newPortal(db, clock))
  const sender = { fromName: 'Ada', replyTo: 'ada@example.com', postalAddress: '', idempotencyKey: newKey() }
  await expect(saveSender(deps, portal, { ...sender, ...wrong })).rejects.toMatchObject({ code: 'invalid_input' })
  expect((await getSender(deps, portal)).replyTo).toBe('admin@example.com')
})

test.each([
  'ada',
  'ada@',
  '@x.example',
  'a b@x.example',
  'a@x',
  'a@x..example',
  'a@x.example,b@x.example',
  '<a@x.example>',
])('%s is not an address', (text) => {
  expect(() => checkAddress(text)).toThrow(/is not an e-mail address/)
})
