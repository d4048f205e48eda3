import { expect, test } from 'vitest'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import { diffVersions } from '#modules/sequences/diff-versions.ts'
import { getVersion } from '#modules/sequences/get-version.ts'
import { listVersions } from '#modules/sequences/list-versions.ts'
import { restoreVersion } from '#modules/sequences/restore-version.ts'
import { saveSequence } from '#modules/sequences/save-sequence.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import {
  activityKinds,
  hasDeal,
  hasEnrollment,
  hasSequence,
  newKey,
  person,
  tools,
  twoMails,
} from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

const shorter: SequenceDefinition = { ...twoMails, steps: twoMails.steps.slice(0, 1) }

/** A sequence with two versions: two mails, then one. */
async function world() {
  const portal = person(await newPortal(db, clock))
  const { id } = await hasSequence(deps, portal)
  await hasEnrollment(deps, portal, id, await hasDeal(deps, portal.portalId))
  const save = (definition: SequenceDefinition, revision: number) => {
    const input = { name: 'Demo follow-up', definition, revision, idempotencyKey: newKey() }
    return saveSequence(deps, portal, id, input, tools)
  }
  clock.passes({ hours: 1 })
  await save(shorter, 1)
  await changeSequenceStatus(deps, portal, id, { action: 'publish', idempotencyKey: newKey() }, tools)
  const restore = (version: string, revision: number, of = id) => {
    const input = { revision, idempotencyKey: newKey() }
    return restoreVersion(deps, portal, { sequenceId: of, version }, input, tools)
  }
  return { portal, id, save, restore }
}

test('the list says who published what when, and how many run in it', async () => {
  const { portal, id } = await world()
  const published = { publishedBy: 'admin@example.com', publishedAt: clock.read().toString() }
  expect(await listVersions(deps, portal, id)).toEqual({
    sequenceName: 'Demo follow-up',
    versions: [
      { version: 2, steps: 1, running: 0, current: true, ...published },
      expect.objectContaining({ version: 1, steps: 3, running: 1, current: false }),
    ],
  })
})

test('an old version is shown as it was frozen', async () => {
  const { portal, id } = await world()
  expect(await getVersion(deps, portal, id, '1')).toMatchObject({
    version: 1,
    definition: twoMails,
    outline: ['e-mail “Looking forward”', 'wait of 2 days', 'e-mail “Checking in”'],
  })
  await expect(getVersion(deps, portal, id, '3')).rejects.toMatchObject({ code: 'not_found' })
})

test('a version made the draft changes nothing that is live', async () => {
  const { portal, id, restore } = await world()
  expect((await diffVersions(deps, portal, id, { from: '2', to: 'draft' })).lines).toEqual([])
  const restored = await restore('1', 2)
  expect(restored).toMatchObject({ draft: twoMails, version: 2, revision: 3, hasUnpublishedChanges: true })
  const { lines } = await diffVersions(deps, portal, id, { from: '2', to: 'draft' })
  expect(lines.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
    'added: Step 2 added: wait of 2 days',
    'added: Step 3 added: e-mail “Checking in”',
  ])
  expect(await restore('2', 3)).toMatchObject({ draft: shorter, hasUnpublishedChanges: false })
  expect(await activityKinds(db, portal.portalId)).toContain('sequence.restored')
})

test('a draft that somebody saved meanwhile is not replaced', async () => {
  const { save, restore } = await world()
  await save(twoMails, 2)
  await expect(restore('1', 2)).rejects.toMatchObject({ code: 'conflict' })
  await expect(restore('9', 3)).rejects.toMatchObject({ code: 'not_found' })
})

test('another portal’s versions are not found', async () => {
  const mine = await world()
  const { id } = await world()
  await expect(listVersions(deps, mine.portal, id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(getVersion(deps, mine.portal, id, '1')).rejects.toMatchObject({ code: 'not_found' })
  await expect(diffVersions(deps, mine.portal, id, { from: '1', to: '2' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(mine.restore('1', 2, id)).rejects.toMatchObject({ code: 'not_found' })
})
