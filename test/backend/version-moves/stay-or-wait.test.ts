import { expect, test } from 'vitest'
import type { Step } from '#shared/contract/sequence.ts'
import { pass, useSending, withMailer } from '#test/backend/steps/use-sending.ts'
import { usePoison } from '#test/support/poison.ts'
import { email, wait } from '#test/support/sending.ts'
import { useMoves } from './use-moves.ts'

const used = useSending()
const { clock, start, server, accepted, url } = used
const refuse = usePoison(url)

const V1: Step[] = [email('one'), wait('w', 3), email('two')]

async function world(steps: Step[] = V1) {
  const sending = await start({ steps })
  return { sending, ...useMoves(sending) }
}

test('a mail that is being sent is never moved under way: it is sent once, and can be moved afterwards', async () => {
  const { sending, publishes, previews, moves, versionOf } = await world()
  const ada = await sending.enroll()
  await publishes(2, { steps: [email('new'), ...V1] })
  const during: unknown[] = []
  const deps = withMailer(sending.deps, {
    send: async (mail, gate) => {
      during.push(await moves(2), (await previews(2)).rows[0]?.stays)
      return used.mailer.send(mail, gate)
    },
  })
  await pass(sending, deps)
  expect(during).toMatchObject([
    { moved: 0, stayed: 1, reasons: [{ reason: expect.stringMatching(/worked on right now/) }] },
    expect.stringMatching(/worked on right now/),
  ])
  expect(accepted(ada)).toBe(1)
  expect(await moves(2)).toMatchObject({ moved: 1 })
  expect(await versionOf(ada.enrollmentId)).toMatchObject({ version: 2, stepPosition: 2 })
})

test('one whose mail only waits to be written down stays, and says so', async () => {
  const { sending, publishes, previews } = await world()
  const ada = await sending.enroll()
  await refuse('step_runs', `new.enrollment_id = '${ada.enrollmentId}' and new.status = 'sent'`)
  await pass(sending)
  await publishes(2, { steps: [email('new'), ...V1] })
  expect((await previews(2)).rows[0]?.stays).toMatch(/^The mail was sent, but Stagecue .*; trying again at/)
})

test('what changed between the preview and the move is decided anew', async () => {
  const { sending, publishes, previews, moves } = await world()
  const [ada, bob] = [await sending.enroll(), await sending.enroll()]
  await publishes(2, { steps: V1.slice(0, 1) })
  expect((await previews(2)).rows.map(({ stays }) => stays)).toEqual([null, null])
  await sending.drain()
  await sending.steer(bob, 'stop')
  expect(await moves(2)).toMatchObject({ moved: 0, stayed: 1, reasons: [{ enrollmentId: ada.enrollmentId }] })
})

test('a paused enrollment is moved as it is, and what is left of its wait changes with the wait', async () => {
  const { sending, publishes, previews, moves, versionOf } = await world()
  const ada = await sending.enroll()
  await sending.drain()
  clock.passes({ hours: 24 })
  await sending.steer(ada, 'pause')
  await publishes(2, { steps: [email('zero'), email('one'), wait('w', 5), email('two')] })
  expect((await previews(2)).rows).toMatchObject([
    { goesOn: 'Step 3 of 4: wait of 5 days', next: { at: null, why: expect.stringMatching(/resumed/) } },
  ])
  await moves(2)
  expect(await sending.enrollment(ada.enrollmentId)).toMatchObject({ status: 'paused', stepPosition: 2 })
  await sending.steer(ada, 'resume')
  expect(await versionOf(ada.enrollmentId)).toMatchObject({ version: 2 })
  const run = (await sending.runs(ada.enrollmentId)).find(({ status }) => status === 'scheduled')
  expect(run?.dueAt).toEqual(clock.read().add({ hours: 96 }))
})

test('a wait that a pause interrupted becomes longer or shorter by as much as the new one, not whole again', async () => {
  const { sending, publishes, previews, moves } = await world([wait('w', 3), email('two')])
  const ada = await sending.enroll()
  clock.passes({ hours: 60 })
  await sending.steer(ada, 'pause')
  clock.passes({ hours: 24 })
  await sending.steer(ada, 'resume')
  // Half a day of the three is left.
  await publishes(2, { steps: [wait('w', 4), email('two')] })
  expect((await previews(2)).rows[0]?.next?.at).toBe(clock.read().add({ hours: 36 }).toString())
  await moves(2)
  const [longer] = await sending.runs(ada.enrollmentId)
  expect(longer).toMatchObject({ status: 'scheduled', dueAt: clock.read().add({ hours: 36 }) })
  clock.passes({ hours: 6 })
  await publishes(3, { steps: [wait('w', 3), email('two')] })
  await moves(3)
  const [shorter] = await sending.runs(ada.enrollmentId)
  expect(shorter).toMatchObject({ status: 'scheduled', dueAt: clock.read().add({ hours: 6 }) })
  await publishes(4, { steps: [wait('w', 2), email('two')] })
  await moves(4)
  const [over] = await sending.runs(ada.enrollmentId)
  expect(over).toMatchObject({ status: 'scheduled', dueAt: clock.read() })
})

test('a wait that was left and comes back is waited for anew, also when a pause lay between', async () => {
  const { sending, publishes, moves } = await world([email('one'), wait('w', 3), email('two'), email('three')])
  const ada = await sending.enroll()
  await sending.drain()
  await publishes(2, { steps: [email('one'), wait('x', 1), email('two'), email('three')] })
  await publishes(3, { steps: [email('one'), email('two'), wait('w', 3), email('three')] })
  await publishes(4, { steps: [email('one'), email('two'), email('three')] })
  await moves(4)
  expect((await sending.runs(ada.enrollmentId)).map(({ status }) => status)).toEqual(['sent', 'scheduled'])
  await moves(3)
  // The mail is on its way when the pause comes, so the wait is reached during the pause.
  const deps = withMailer(sending.deps, {
    send: async (mail, gate) => {
      const sent = await used.mailer.send(mail, gate)
      await sending.steer(ada, 'pause')
      return sent
    },
  })
  await pass(sending, deps)
  await sending.steer(ada, 'resume')
  await sending.drain()
  expect(accepted(ada)).toBe(2)
  const waiting = (await sending.runs(ada.enrollmentId)).find(({ status }) => status === 'scheduled')
  expect(waiting?.dueAt).toEqual(clock.read().add({ hours: 72 }))
})

test('a step that waits for a person still waits after the move, and is skipped when it is gone', async () => {
  const { sending, publishes, previews, moves } = await world()
  const ada = await sending.enroll({ firstName: null })
  await sending.drain()
  expect((await sending.runs(ada.enrollmentId))[0]).toMatchObject({ status: 'held' })
  await publishes(2, { steps: [email('zero'), ...V1] })
  expect((await previews(2)).rows[0]?.next).toMatchObject({ at: null, why: expect.stringMatching(/firstname/) })
  await moves(2)
  expect((await sending.runs(ada.enrollmentId))[0]).toMatchObject({ status: 'held', position: 1 })
  await publishes(3, { steps: V1.slice(1) })
  await moves(3)
  expect((await sending.runs(ada.enrollmentId)).map(({ status }) => status)).toEqual(['scheduled', 'skipped'])
})

test('a mail nobody can confirm keeps its enrollment where the mail is known, and a resend that waits keeps it too', async () => {
  const { sending, publishes, moves } = await world()
  await sending.enroll()
  await sending.drain()
  await sending.query(
    `update step_runs set status = 'unconfirmed' where portal_id = ${sending.portalId} and position = 0`,
  )
  await publishes(2, { steps: V1.slice(1) })
  expect(await moves(2)).toMatchObject({ moved: 0, reasons: [{ reason: expect.stringMatching(/Nobody can tell/) }] })
  await publishes(3, { steps: [...V1, email('more')] })
  expect(await moves(3)).toMatchObject({ moved: 1 })
})

test('the rule of the stage is that of the new version', async () => {
  const { sending, publishes, moves, versionOf } = await world()
  const ada = await sending.enroll()
  expect(await versionOf(ada.enrollmentId)).toMatchObject({ stageId: 'proposal' })
  await publishes(2, { steps: V1, stopWhenStageLeft: false })
  await moves(2)
  expect(await versionOf(ada.enrollmentId)).toMatchObject({ version: 2, stageId: null })
  await publishes(3, { steps: V1, stopWhenStageLeft: true })
  await moves(3)
  expect(await versionOf(ada.enrollmentId)).toMatchObject({ version: 3, stageId: 'proposal' })
})

test('a mail that was refused for now is written anew with the new text', async () => {
  const { sending, publishes, moves } = await world([email('one', 'Old subject')])
  const ada = await sending.enroll()
  server.fault('dot', { kind: 'reply', text: '451 4.3.0 later' })
  await pass(sending)
  await publishes(2, { steps: [email('one', 'New subject')] })
  await moves(2)
  clock.passes({ hours: 2 })
  await sending.drain()
  expect(accepted(ada)).toBe(1)
  expect(await sending.query(`select subject from deliveries where portal_id = ${sending.portalId}`)).toMatchObject([
    { subject: 'New subject' },
  ])
})
