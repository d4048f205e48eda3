import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { getAccess, isAdmin } from '#modules/admins/is-admin.ts'
import { saveAdmins } from '#modules/admins/save-admins.ts'
import { activityKinds, newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

const listed = (portalId: number) =>
  inPortal(db, portalId, async (trx) => (await getAccess(trx, person(portalId))).admins)

test('who connected the portal is its first admin, nobody else', async () => {
  const portalId = await newPortal(db, clock)
  expect(await isAdmin(deps, person(portalId, 'ADMIN@example.com', '99'))).toBe(true)
  expect(await isAdmin(deps, person(portalId, 'renamed@example.com', '7'))).toBe(true)
  expect(await isAdmin(deps, person(portalId, 'rep@example.com', '8'))).toBe(false)
  expect(await isAdmin(deps, { portalId, actor: { kind: 'worker' }, requestId: 'test' })).toBe(false)
})

test('nobody is an admin of a portal that never connected, nor of another portal', async () => {
  const portalId = await newPortal(db, clock)
  expect(await isAdmin(deps, person(999_999))).toBe(false)
  await saveAdmins(deps, person(portalId), {
    emails: ['admin@example.com', 'ada@example.com'],
    idempotencyKey: newKey(),
  })
  expect(await isAdmin(deps, person(await newPortal(db, clock), 'ada@example.com', '8'))).toBe(false)
})

test('a saved list replaces the one before', async () => {
  const portalId = await newPortal(db, clock)
  const save = (emails: string[], revision = 0) =>
    saveAdmins(deps, person(portalId), { emails, revision, idempotencyKey: newKey() })
  await save(['admin@example.com', ' Ada@Example.com ', 'ada@example.com'])
  expect((await listed(portalId)).sort()).toEqual(['ada@example.com', 'admin@example.com'])
  expect(await isAdmin(deps, person(portalId, 'ada@example.com', '8'))).toBe(true)
  await save(['admin@example.com', 'bob@example.com'], 1)
  expect(await isAdmin(deps, person(portalId, 'ada@example.com', '8'))).toBe(false)
  expect(await activityKinds(db, portalId)).toEqual(['admins.saved', 'admins.saved'])
})

test('the saver stays on the list, so it is never empty', async () => {
  const portalId = await newPortal(db, clock)
  const save = (emails: string[]) => saveAdmins(deps, person(portalId), { emails, idempotencyKey: newKey() })
  await expect(save(['ada@example.com'])).rejects.toThrow(/Keep admin@example.com on the list/)
  await expect(save(['admin@example.com', 'not an address'])).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await listed(portalId)).toEqual(['admin@example.com'])
})
