import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import { endArchived } from '#modules/enrollments/end-archived.ts'
import { archiveFinished } from '#modules/sequences/archive-finished.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import { getSequence } from '#modules/sequences/get-sequence.ts'
import type { ChangeSequenceStatus } from '#shared/contract/sequence.ts'
import { pass, useSending } from '#test/backend/steps/use-sending.ts'
import { newKey, person, tools } from '#test/support/configured-portal.ts'
import { usePoison } from '#test/support/poison.ts'
import { email, wait } from '#test/support/sending.ts'

const { url, clock, start, accepted } = useSending()
const refuse = usePoison(url)

async function world() {
  const sending = await start({ steps: [email('one'), wait('w', 2), email('two')] })
  const { deps, portalId, sequenceId } = sending
  const admin = person(portalId)
  return {
    sending,
    steer: (action: ChangeSequenceStatus['action'], idempotencyKey = newKey()) =>
      changeSequenceStatus(deps, admin, sequenceId, { action, idempotencyKey }, tools),
    status: async () => (await getSequence(deps, admin, sequenceId, tools)).status,
    ends: async () => {
      while ((await endArchived(deps, portalId - 1))?.portalId === portalId);
    },
    looks: async () => {
      while ((await archiveFinished(deps, portalId - 1))?.portalId === portalId);
    },
  }
}

test('a finishing sequence sends to the end, enrolls nobody, and is archived with its last enrollment', async () => {
  const { sending, steer, status, looks } = await world()
  const [ada, bob] = [await sending.enroll(), await sending.enroll()]
  await expect(steer('archive')).rejects.toThrow(/2 enrollments still run.*Let them finish, or stop them/)
  expect(await steer('finish')).toMatchObject({ status: 'finishing', version: 1 })
  expect(await steer('finish')).toMatchObject({ status: 'finishing' })
  await looks()
  await sending.drain()
  expect([accepted(ada), accepted(bob), await status()]).toEqual([1, 1, 'finishing'])
  await sending.steer(bob, 'stop')
  await looks()
  expect(await status()).toBe('finishing')
  clock.passes({ hours: 49 })
  await sending.drain()
  expect(accepted(ada)).toBe(2)
  await looks()
  expect(await status()).toBe('archived')
  expect(await sending.activities()).toEqual(expect.arrayContaining(['sequence.finishing', 'sequence.archived']))
  expect(
    await sending.query(`select * from lanes where portal_id = ${sending.portalId} and kind = 'finishing'`),
  ).toEqual([])
})

test('two last enrollments that end at the same moment archive it once', async () => {
  const { sending, steer, status, looks } = await world()
  const contacts = [await sending.enroll(), await sending.enroll()]
  await steer('finish')
  await Promise.all([...contacts.map((contact) => sending.steer(contact, 'stop')), looks(), looks()])
  await looks()
  expect(await status()).toBe('archived')
  expect((await sending.activities()).filter((kind) => kind === 'sequence.archived')).toHaveLength(1)
})

test('an enrollment that ended without anybody noticing is found a quarter of an hour later', async () => {
  const { sending, steer, status, looks } = await world()
  await sending.enroll()
  await steer('finish')
  await looks()
  await sending.query(`update enrollments set status = 'stopped' where portal_id = ${sending.portalId}`)
  clock.passes({ minutes: 14 })
  await looks()
  expect(await status()).toBe('finishing')
  clock.passes({ minutes: 2 })
  await looks()
  expect(await status()).toBe('archived')
})

test('with nothing running it is archived at once; a paused one must be resumed or stopped first', async () => {
  const unused = await world()
  expect(await unused.steer('finish')).toMatchObject({ status: 'archived' })
  const { sending, steer } = await world()
  await sending.enroll()
  await steer('pause')
  await expect(steer('finish')).rejects.toThrow(/is paused/)
})

test('while it finishes nothing is published or paused, and it can be taken back into use', async () => {
  const { sending, steer, status, looks } = await world()
  await sending.enroll()
  await steer('finish')
  for (const action of ['publish', 'pause', 'archive'] as const) {
    await expect(steer(action)).rejects.toMatchObject({ code: 'conflict' })
  }
  expect(await steer('resume')).toMatchObject({ status: 'active' })
  await sending.drain()
  clock.passes({ hours: 49 })
  await sending.drain()
  await looks()
  expect(await status()).toBe('active')
})

test('stopping everything ends what runs, paused ones too, and archives once per key', async () => {
  const { sending, steer, ends } = await world()
  const [ada, bob] = [await sending.enroll(), await sending.enroll()]
  await sending.steer(bob, 'pause')
  const key = newKey()
  const answers = await Promise.all([steer('stop_and_archive', key), steer('stop_and_archive', key)])
  expect(answers).toMatchObject([{ status: 'archived' }, { status: 'archived' }])
  await ends()
  for (const { enrollmentId } of [ada, bob]) {
    expect(await sending.enrollment(enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'sequence_archived' })
  }
  await pass(sending)
  expect([accepted(ada), accepted(bob)]).toEqual([0, 0])
  expect((await sending.activities()).filter((kind) => kind === 'enrollment.stopped')).toHaveLength(2)
})

test('of many that are stopped at once none is lost, none gets a mail meanwhile, and one that fails keeps none back', async () => {
  const { sending, steer, ends } = await world()
  const contacts = await Array.fromAsync({ length: 60 }, () => sending.enroll())
  const [poison, ...others] = contacts
  const heal = await refuse('enrollments', `new.id = '${poison?.enrollmentId}' and new.status = 'stopped'`)
  expect(await steer('stop_and_archive')).toMatchObject({ status: 'archived' })
  const card = await getDealCard(sending.deps, sending.portal, others[0]?.dealId ?? '', async () => true)
  expect(JSON.stringify(card)).toContain('The sequence was archived: nothing more is sent')
  // The worker that sends is faster than the one that ends: no mail, and no question to anybody.
  await sending.drain()
  await ends()
  expect(contacts.map(accepted)).toEqual(contacts.map(() => 0))
  const open = () =>
    sending.query<{ id: string }>(
      `select id from enrollments where portal_id = ${sending.portalId} and status = 'active'`,
    )
  expect(await open()).toEqual([{ id: poison?.enrollmentId }])
  await heal()
  clock.passes({ minutes: 2 })
  await ends()
  expect(await open()).toEqual([])
  expect((await sending.activities()).filter((kind) => kind === 'enrollment.stopped')).toHaveLength(60)
})

test('another portal’s sequence is neither finished nor stopped', async () => {
  const mine = await world()
  const theirs = await world()
  await theirs.sending.enroll()
  const { deps, portalId } = mine.sending
  for (const action of ['finish', 'stop_and_archive'] as const) {
    const input = { action, idempotencyKey: newKey() }
    const call = changeSequenceStatus(deps, person(portalId), theirs.sending.sequenceId, input, tools)
    await expect(call).rejects.toMatchObject({ code: 'not_found' })
  }
  expect(await theirs.status()).toBe('active')
  const open = await inPortal(deps.db, theirs.sending.portalId, (trx) =>
    trx.selectFrom('enrollments').select('status').execute(),
  )
  expect(open).toEqual([{ status: 'active' }])
})
