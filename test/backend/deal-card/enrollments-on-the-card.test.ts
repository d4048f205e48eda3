import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { steerEnrollment } from '#modules/enrollments/steer-enrollment.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import { newKey, tools } from '#test/support/configured-portal.ts'
import { useWorlds } from './use-worlds.ts'

const { db, enrolledWorld } = useWorlds()

test('during a wait the next moment is that of the mail after it', async () => {
  const { clock, row, setRun, advance, card } = await enrolledWorld()
  await setRun('one', 'sent', 'Sent.')
  await advance(1)
  expect(await row()).toMatchObject({
    step: 'Step 2 of 3: wait of 2 days',
    nextSendAt: clock.read().add({ hours: 48 }).toString(),
    why: "Wed 25 Nov 2026, 10:00 (Europe/Berlin, the account's time zone). Waits 2 days, to the same time of day.",
  })
  expect((await card()).working).toBe(false)
})

test.each(['held', 'failed'] as const)('a %s step asks for a decision and says why', async (status) => {
  const { row, setRun } = await enrolledWorld()
  await setRun('one', status, 'The template has no name for Ada.')
  expect(await row()).toMatchObject({
    nextSendAt: null,
    why: 'The template has no name for Ada.',
    attention: { kind: status, message: 'The template has no name for Ada.' },
  })
})

test('a mail nobody can confirm stays a question when the sequence is complete, until it is sent once more', async () => {
  const { deps, portalId, id, row, setRun, advance } = await enrolledWorld()
  await setRun('one', 'unconfirmed', 'Nobody can know.')
  await advance(1)
  expect(await row()).toMatchObject({
    why: "Wed 25 Nov 2026, 10:00 (Europe/Berlin, the account's time zone). Waits 2 days, to the same time of day.",
    attention: {
      kind: 'unconfirmed',
      message: 'Step 1, “Looking forward”, was handed to the mail server, which stopped answering before it confirmed.',
    },
  })
  await advance(3)
  expect(await row()).toMatchObject({ status: 'completed', attention: { kind: 'unconfirmed' } })
  await inPortal(db, portalId, (trx) =>
    trx
      .insertInto('stepRuns')
      .values({
        portalId,
        id: deps.ids(),
        enrollmentId: id,
        stepId: 'one',
        position: 0,
        kind: 'email',
        status: 'sent',
        dueAt: deps.clock(),
        why: 'Sent once more.',
        epoch: 2,
        leaseUntil: null,
        settledAt: deps.clock(),
      })
      .execute(),
  )
  expect(await row()).toMatchObject({ status: 'completed', attention: null })
})

test('paused, stopped and completed enrollments say so and plan nothing', async () => {
  const paused = await enrolledWorld()
  const steer = (action: 'pause' | 'stop') =>
    steerEnrollment(paused.deps, paused.portal, paused.id, { action, idempotencyKey: newKey() })
  await steer('pause')
  expect(await paused.row()).toMatchObject({
    nextSendAt: null,
    why: 'Paused by a person.',
    canResume: true,
    canPause: false,
  })
  await steer('stop')
  expect(await paused.row()).toMatchObject({
    step: 'Stopped at step 1 of 3',
    why: 'Stopped by a person.',
    canStop: false,
    canResume: false,
  })
  const complete = await enrolledWorld()
  await complete.advance(3)
  expect(await complete.row()).toMatchObject({ step: 'All 3 steps are done', status: 'completed', nextSendAt: null })
})

test('a paused sequence plans nothing and may not be started', async () => {
  const { deps, portal, sequence, row, card } = await enrolledWorld()
  await changeSequenceStatus(deps, portal, sequence.id, { action: 'pause', idempotencyKey: newKey() }, tools)
  expect(await row()).toMatchObject({ nextSendAt: null, why: expect.stringContaining('The sequence is paused') })
  expect(await card()).toMatchObject({ sequences: [], working: false })
})
