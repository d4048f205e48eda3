import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { listRequests } from '#modules/requests/list-requests.ts'
import { person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

test('the latest hundred calls are listed, newest first, of this portal alone', async () => {
  const portalId = await newPortal(db, clock)
  const other = await newPortal(db, clock)
  const call = { method: 'GET', status: 200, durationMs: 12.5, request: null, response: '{}', error: null }
  await inPortal(db, portalId, (trx) =>
    trx
      .insertInto('hubspotRequests')
      .values(
        Array.from({ length: 120 }, (_, index) => ({
          portalId,
          id: deps.ids(),
          at: clock.read().add({ seconds: index }),
          path: `/call/${index}`,
          ...call,
        })),
      )
      .execute(),
  )
  const listed = await listRequests(deps, person(portalId))
  expect(listed).toHaveLength(100)
  expect(listed[0]).toEqual({ ...call, path: '/call/119', at: clock.read().add({ seconds: 119 }).toString() })
  expect(listed.at(-1)?.path).toBe('/call/20')
  expect(await listRequests(deps, person(other))).toEqual([])
})
