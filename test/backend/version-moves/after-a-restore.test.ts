import { expect, test } from 'vitest'
import { declareRestore } from '#modules/restores/declare-restore.ts'
import { useSending } from '#test/backend/steps/use-sending.ts'
import { email, wait } from '#test/support/sending.ts'
import { useMoves } from './use-moves.ts'

const { clock, start, accepted } = useSending()

const V1 = [email('one'), wait('w', 3), email('two')]

test.each([
  ['whose step is gone', [email('one'), email('two')]],
  ['whose wait became shorter', [email('one'), wait('w', 1), email('two')]],
])('an enrollment %s sends nothing by itself that may have gone out before a restored backup', async (_what, steps) => {
  const sending = await start({ steps: V1 })
  const { publishes, moves } = useMoves(sending)
  const ada = await sending.enroll()
  await sending.drain()
  // The backup is of now; the second mail went out three days later, and then the backup was restored.
  clock.passes({ hours: 80 })
  await declareRestore(sending.deps)
  clock.passes({ minutes: 1 })
  await publishes(2, { steps })
  expect(await moves(2)).toMatchObject({ moved: 1 })
  await sending.drain()
  expect(accepted(ada)).toBe(1)
  const waiting = (await sending.runs(ada.enrollmentId)).filter(({ status }) => status === 'held')
  expect(waiting).toMatchObject([{ position: steps.length - 1, why: expect.stringMatching(/restored from a backup/) }])
})

test('what was planned for later than the restore goes out as usual', async () => {
  const sending = await start({ steps: V1 })
  const { publishes, moves } = useMoves(sending)
  const ada = await sending.enroll()
  await sending.drain()
  clock.passes({ hours: 1 })
  await declareRestore(sending.deps)
  clock.passes({ minutes: 1 })
  await publishes(2, { steps: [email('one'), email('two')] })
  await moves(2)
  await sending.drain()
  expect(accepted(ada)).toBe(2)
})
