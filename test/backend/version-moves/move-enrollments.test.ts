import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Step } from '#shared/contract/sequence.ts'
import { useSending } from '#test/backend/steps/use-sending.ts'
import { usePoison } from '#test/support/poison.ts'
import { email, wait } from '#test/support/sending.ts'
import { useMoves } from './use-moves.ts'

const { url, clock, start, mailsTo } = useSending()
const refuse = usePoison(url)

const V1: Step[] = [email('one', 'First'), wait('w', 3), email('two', 'Second'), wait('w2', 2), email('three', 'Third')]

async function world(steps: Step[] = V1) {
  const sending = await start({ steps })
  const subjects = (address: string) => mailsTo(address).map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]?.trim())
  return { sending, ...useMoves(sending), subjects }
}

test('an enrollment goes on at the same step with the texts of the new version, and nothing is sent twice', async () => {
  const { sending, publishes, previews, moves, versionOf, subjects } = await world()
  const ada = await sending.enroll()
  await sending.drain()
  expect(subjects(ada.email)).toEqual(['First'])
  // A new mail before all others, the wait a day longer, new words for the second mail.
  await publishes(2, {
    steps: [email('zero', 'Zero'), email('one', 'New first'), wait('w', 4), email('two', 'New second')],
  })

  const { total, rows, nextAfter } = await previews(2)
  expect([total, nextAfter]).toEqual([1, null])
  const due = clock.read().add({ hours: 96 })
  expect(rows).toMatchObject([
    {
      enrollmentId: ada.enrollmentId,
      contactName: 'Ada Lovelace',
      dealName: 'Engines',
      fromVersion: 1,
      stands: 'Step 2 of 5: wait of 3 days',
      goesOn: 'Step 3 of 4: wait of 4 days',
      stays: null,
      next: { step: 'Step 4 of 4: e-mail “New second”', at: due.toString() },
    },
  ])
  expect(await moves(2)).toMatchObject({ version: 2, moved: 1, stayed: 0, left: 0, reasons: [] })
  expect(await versionOf(ada.enrollmentId)).toMatchObject({ version: 2, stepPosition: 2, stepCount: 4 })
  expect(await sending.activities()).toEqual(expect.arrayContaining(['sequence.moved', 'enrollment.moved']))

  clock.passes({ hours: 95 })
  await sending.drain()
  expect(subjects(ada.email)).toEqual(['First'])
  clock.passes({ hours: 2 })
  await sending.drain()
  expect(subjects(ada.email)).toEqual(['First', 'New second'])
  expect(await sending.enrollment(ada.enrollmentId)).toMatchObject({ status: 'completed' })
})

test('what did not change keeps its date to the second, and a wait that became shorter may be over', async () => {
  const { sending, publishes, previews, moves } = await world()
  const ada = await sending.enroll()
  await sending.drain()
  const before = (await sending.runs(ada.enrollmentId)).find(({ status }) => status === 'scheduled')
  clock.passes({ hours: 30 })
  await publishes(2, { steps: [...V1.slice(0, 3), email('other')] })
  await moves(2)
  const kept = (await sending.runs(ada.enrollmentId)).find(({ status }) => status === 'scheduled')
  expect(kept).toEqual(before)
  await publishes(3, { steps: [email('one'), wait('w', 1), email('two', 'Second')] })
  expect((await previews(3)).rows[0]?.next?.at).toBe(clock.read().toString())
  await moves(3)
  const now = (await sending.runs(ada.enrollmentId)).find(({ status }) => status === 'scheduled')
  expect(now).toMatchObject({ id: before?.id, dueAt: clock.read(), position: 1 })
})

test('when its step is gone it goes on at the next later one of both versions', async () => {
  const { sending, publishes, previews, moves, versionOf, subjects } = await world()
  const ada = await sending.enroll()
  await sending.drain()
  await publishes(2, { steps: [email('one'), email('three', 'Third')] })
  expect((await previews(2)).rows).toMatchObject([
    {
      stands: 'Step 2 of 5: wait of 3 days',
      goesOn: 'Step 2 of 2: e-mail “Third”',
      next: { at: clock.read().toString() },
    },
  ])
  await moves(2)
  expect(await versionOf(ada.enrollmentId)).toMatchObject({ version: 2, stepPosition: 1 })
  const runs = await sending.runs(ada.enrollmentId)
  expect(runs.map(({ status, position }) => [status, position])).toEqual([
    ['sent', 0],
    ['scheduled', 1],
  ])
  await sending.drain()
  expect(subjects(ada.email)).toEqual(['First', 'Third'])
})

test('without any later step in the new version it stays, and the answer says why', async () => {
  const { sending, publishes, previews, moves, versionOf } = await world()
  const ada = await sending.enroll()
  await sending.drain()
  await publishes(2, { steps: [email('one'), email('new')] })
  expect((await previews(2)).rows).toMatchObject(
    [{ goesOn: null, next: null, stays: /no place to go on/ }].map(matching),
  )
  const answer = await moves(2)
  expect(answer).toMatchObject({ moved: 0, stayed: 1, left: 0 })
  expect(answer.reasons).toMatchObject([
    { enrollmentId: ada.enrollmentId, dealId: ada.dealId, contactName: 'Ada Lovelace' },
  ])
  expect(await versionOf(ada.enrollmentId)).toMatchObject({ version: 1, stepPosition: 1 })
  // Another move asks again.
  expect((await previews(2)).total).toBe(1)
})

const matching = <T extends { stays: RegExp }>({ stays, ...row }: T) => ({
  ...row,
  stays: expect.stringMatching(stays),
})

test('a mail that was sent and comes later in the new version is passed over', async () => {
  const { sending, publishes, previews, moves, subjects } = await world()
  const ada = await sending.enroll()
  await sending.drain()
  await publishes(2, { steps: [wait('w', 3), email('two', 'Second'), email('one', 'First'), email('three', 'Third')] })
  await moves(2)
  clock.passes({ hours: 73 })
  await sending.drain()
  expect(subjects(ada.email)).toEqual(['First', 'Second', 'Third'])
  expect((await previews(2)).total).toBe(0)
})

test('moved away from a step and back to it, the step happens once', async () => {
  const { sending, publishes, moves, subjects } = await world()
  const ada = await sending.enroll()
  await sending.drain()
  await publishes(2, { steps: [email('one'), email('two', 'Second'), wait('late', 30), email('three')] })
  await moves(2)
  await moves(1)
  expect((await sending.runs(ada.enrollmentId)).filter(({ status }) => status === 'scheduled')).toMatchObject([
    { position: 2 },
  ])
  await sending.drain()
  clock.passes({ hours: 49 })
  await sending.drain()
  expect(subjects(ada.email)).toEqual(['First', 'Second', 'Third'])
})

test('under one key every enrollment is moved once, whoever repeats the call at the same time', async () => {
  const { sending, publishes, moves } = await world()
  for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 4 }, () => sending.enroll()))
  await sending.drain()
  await publishes(2, { steps: V1.slice(0, 3) })
  const key = randomUUID()
  await Promise.all([moves(2, key), moves(2, key), moves(2, key)])
  expect(await moves(2, key)).toMatchObject({ moved: 12, stayed: 0, left: 0 })
  expect((await sending.activities()).filter((kind) => kind === 'enrollment.moved')).toHaveLength(12)
  expect((await sending.activities()).filter((kind) => kind === 'sequence.moved')).toHaveLength(1)
  await expect(moves(1, key)).rejects.toMatchObject({ code: 'conflict' })
})

test('a call moves a hundred, and the next one under the key goes on; the preview comes in pages', async () => {
  const { sending, publishes, previews, moves } = await world()
  for (let round = 0; round < 12; round++) await Promise.all(Array.from({ length: 10 }, () => sending.enroll()))
  await publishes(2, { steps: V1.slice(0, 3) })
  const first = await previews(2)
  expect([first.total, first.rows.length]).toEqual([120, 50])
  const second = await previews(2, first.nextAfter ?? '')
  const third = await previews(2, second.nextAfter ?? '')
  const seen = [first, second, third].flatMap(({ rows }) => rows.map(({ enrollmentId }) => enrollmentId))
  expect([new Set(seen).size, third.nextAfter]).toEqual([120, null])
  const key = randomUUID()
  expect(await moves(2, key)).toMatchObject({ moved: 100, left: 20 })
  expect(await moves(2, key)).toMatchObject({ moved: 120, left: 0 })
}, 60_000)

test('a version or a sequence that does not exist is not found', async () => {
  const { previews, moves } = await world()
  await expect(moves(7)).rejects.toMatchObject({ code: 'not_found' })
  await expect(previews(7)).rejects.toMatchObject({ code: 'not_found' })
  const other = await world()
  const mine = await world()
  const { sequenceId } = other.sending
  const foreign = useMoves({ ...mine.sending, sequenceId })
  await expect(foreign.moves(1)).rejects.toMatchObject({ code: 'not_found' })
  await expect(foreign.previews(1)).rejects.toMatchObject({ code: 'not_found' })
})

test('one enrollment that fails stays where it is and says so; all others are moved, and a new move tries it again', async () => {
  const { sending, publishes, moves, versionOf } = await world()
  const contacts = [await sending.enroll(), await sending.enroll(), await sending.enroll()]
  const [poison] = contacts
  await sending.drain()
  await publishes(2, { steps: [...V1, email('four', 'Fourth')] })
  const heal = await refuse('enrollments', `new.id = '${poison?.enrollmentId}' and new.version = 2`)
  const key = randomUUID()
  expect(await moves(2, key)).toMatchObject({
    moved: 2,
    stayed: 1,
    left: 0,
    reasons: [
      {
        enrollmentId: poison?.enrollmentId,
        reason: 'Stagecue failed on it (error database 22023). It goes on in its version; a new move tries it again.',
      },
    ],
  })
  await heal()
  expect(await moves(2, key)).toMatchObject({ moved: 2, stayed: 1, left: 0 })
  expect(await moves(2)).toMatchObject({ moved: 1, stayed: 0, left: 0 })
  expect(await versionOf(poison?.enrollmentId ?? '')).toMatchObject({ version: 2 })
})
