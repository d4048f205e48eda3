import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { getLockedSequence } from '#modules/sequences/get-locked-sequence.ts'
import { getPublishedSequence } from '#modules/sequences/get-published-sequence.ts'
import { publishSequence } from '#modules/sequences/publish-sequence.ts'
import { saveSequence } from '#modules/sequences/save-sequence.ts'
import { hasSequence, newKey, person, tools, twoMails } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'
import { untilSomebodyWaits } from '#test/support/until-somebody-waits.ts'

const { db, url } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

test('a deal that enters its stage while a new version is being published gets that version', async () => {
  const portal = person(await newPortal(db, clock))
  const { portalId } = portal
  const { id, name, revision } = await hasSequence(deps, portal)
  const definition = { ...twoMails, steps: twoMails.steps.slice(0, 1) }
  await saveSequence(deps, portal, id, { name, definition, revision, idempotencyKey: newKey() }, tools)

  let enrolling: ReturnType<typeof getPublishedSequence> | undefined
  await inPortal(db, portalId, async (trx) => {
    await getLockedSequence(trx, portalId, id)
    enrolling = inPortal(db, portalId, (other) => getPublishedSequence(other, portalId, id))
    await untilSomebodyWaits(url)
    await publishSequence(deps, trx, portal, id, tools)
  })
  expect(await enrolling).toMatchObject({ version: 2, status: 'active', definition })
})
