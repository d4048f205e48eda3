import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { retryFaultySteps } from '#modules/faulty-steps/retry-faulty-steps.ts'
import { decideLateMails } from '#modules/late-mails/decide-late-mails.ts'
import { listLateMails } from '#modules/late-mails/list-late-mails.ts'
import { allowSending } from '#modules/limits/allow-sending.ts'
import { saveRules } from '#modules/limits/save-rules.ts'
import { stopSending } from '#modules/limits/stop-sending.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { set, useSending } from '#test/backend/steps/use-sending.ts'
import { useMoves } from '#test/backend/version-moves/use-moves.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { usePoison } from '#test/support/poison.ts'
import { email, type Sending, wait } from '#test/support/sending.ts'

const { db, url, clock, start, accepted } = useSending()
const refuse = usePoison(url)

const list = (sending: Sending) => listLateMails(sending.deps, sending.portal)
const decide = (sending: Sending, action: 'approve' | 'skip', stepRunIds: string[]) =>
  decideLateMails(sending.deps, person(sending.portalId), { action, stepRunIds, idempotencyKey: newKey() })
/** All that a list counted. */
const decideAll = async (sending: Sending, seen?: { countedAt: string | null; count: number }) => {
  const { countedAt, count } = seen ?? (await list(sending))
  const which = { stepRunIds: null, countedAt: countedAt ?? clock.read().toString(), count }
  return decideLateMails(sending.deps, person(sending.portalId), {
    ...{ action: 'approve', idempotencyKey: newKey() },
    ...which,
  } as const)
}
const days = (count: number) => ({ hours: 24 * count })

test('after an outage of three days late steps wait with their count, fresh ones go out, and an approval sends them once', async () => {
  const sending = await start({ steps: [wait('w', 1, 'hours'), email('one')] })
  const late = [await sending.enroll(), await sending.enroll(), await sending.enroll()]
  clock.passes(days(3))
  const fresh = await sending.enroll()
  clock.passes({ hours: 1 })
  await sending.drain()
  expect(late.map(accepted)).toEqual([0, 0, 0])
  expect(accepted(fresh)).toBe(1)
  expect(sending.hubspot.asked).toBe(1)
  const waiting = await list(sending)
  expect(waiting).toMatchObject({
    count: 3,
    question: '3 mails are too late to be sent on their own. Approve or skip them.',
  })
  expect(waiting.mails[0]).toMatchObject({
    dealName: 'Engines',
    contactName: 'Ada Lovelace',
    sequenceName: 'Proposal follow-up',
    step: 2,
    why: expect.stringMatching(
      /^This e-mail was due at \d{4}-\d\d-\d\d \d\d:\d\d \(Europe\/Berlin\) and is too late to go out on its own\.$/,
    ),
  })
  clock.passes(days(2))
  expect(await sending.drain()).toBe(0)

  expect(await decideAll(sending, waiting)).toEqual({ decided: 3, left: 0, refused: [] })
  await sending.drain()
  expect(late.map(accepted)).toEqual([1, 1, 1])
  expect(await list(sending)).toEqual({ count: 0, countedAt: null, groups: [], question: null, mails: [] })
  expect(await sending.activities()).toContain('late_mails.approved')
})

test('some are approved, some skipped: what is skipped goes on with its sequence', async () => {
  const sending = await start({ steps: [email('one'), wait('w', 1, 'hours'), email('two')] })
  const contacts = [await sending.enroll(), await sending.enroll()]
  clock.passes(days(2))
  await sending.drain()
  const [first, second] = (await list(sending)).mails
  expect(await decide(sending, 'approve', [first?.stepRunId ?? ''])).toEqual({ decided: 1, left: 1, refused: [] })
  expect(await decide(sending, 'skip', [second?.stepRunId ?? ''])).toEqual({ decided: 1, left: 0, refused: [] })
  // A list that is a minute old: nothing happens twice.
  expect(await decide(sending, 'approve', [first?.stepRunId ?? ''])).toEqual({ decided: 0, left: 0, refused: [] })
  await sending.drain()
  clock.passes({ hours: 1 })
  await sending.drain()
  expect(contacts.map(accepted).toSorted()).toEqual([1, 2])
})

test('an enrollment that is stopped or paused meanwhile is not asked about', async () => {
  const sending = await start()
  const stopped = await sending.enroll()
  const paused = await sending.enroll()
  clock.passes(days(2))
  await sending.drain()
  const seen = await list(sending)
  expect(seen.count).toBe(2)
  await sending.steer(stopped, 'stop')
  await sending.steer(paused, 'pause')
  expect((await list(sending)).count).toBe(0)
  expect(await decideAll(sending, seen)).toEqual({ decided: 0, left: 0, refused: [] })
})

test('what all of them are is said by sequence and by how late they are', async () => {
  const sending = await start()
  await sending.enroll()
  clock.passes(days(5))
  await sending.enroll()
  clock.passes(days(1.5))
  await sending.enroll()
  clock.passes(days(1.5))
  await sending.drain()
  const [group, ...others] = (await list(sending)).groups
  expect(group).toEqual({
    ...{ sequenceName: 'Proposal follow-up', count: 3, underTwoDays: 1, underAWeek: 1, older: 1, maybeSent: 0 },
  })
  expect(others).toEqual([])
})

test('all are those that were counted: what begins to wait afterwards keeps waiting, however old it is', async () => {
  const sending = await start()
  const older = await sending.enroll()
  clock.passes({ hours: 1 })
  const counted = await sending.enroll()
  clock.passes(days(2))
  // Its turn comes later, as after an outage with more steps than one pass can do.
  const soon = clock.read().add({ minutes: 30 })
  await sending.query(`update step_runs set due_at = '${soon}' where enrollment_id = '${older.enrollmentId}'`)
  await sending.drain()
  const seen = await list(sending)
  expect(seen.count).toBe(1)
  clock.passes({ hours: 1 })
  await sending.drain()
  expect((await list(sending)).mails).toHaveLength(2)
  expect(await decideAll(sending, seen)).toEqual({ decided: 1, left: 0, refused: [] })
  await sending.drain()
  expect([accepted(older), accepted(counted)]).toEqual([0, 1])
  expect((await list(sending)).count).toBe(1)
})

test('what was paused when they were counted keeps waiting after its resume', async () => {
  const sending = await start()
  const paused = await sending.enroll()
  const counted = await sending.enroll()
  clock.passes(days(2))
  await sending.drain()
  await sending.steer(paused, 'pause')
  const seen = await list(sending)
  clock.passes({ minutes: 1 })
  await sending.steer(paused, 'resume')
  expect(await decideAll(sending, seen)).toEqual({ decided: 1, left: 0, refused: [] })
  await sending.drain()
  expect([accepted(paused), accepted(counted)]).toEqual([0, 1])
  expect((await list(sending)).count).toBe(1)
})

test('more than were counted are refused, and so is a moment that is none', async () => {
  const sending = await start()
  await sending.enroll()
  await sending.enroll()
  clock.passes(days(2))
  await sending.drain()
  const seen = await list(sending)
  // One whose settlement was under way while the others were counted.
  await expect(decideAll(sending, { ...seen, count: 1 })).rejects.toMatchObject({ code: 'conflict' })
  await expect(decideAll(sending, { ...seen, countedAt: 'lately' })).rejects.toMatchObject({ code: 'invalid_input' })
  expect((await list(sending)).count).toBe(2)
})

test('waiting on purpose is not being late: for a pause, a stop, or a paused enrollment', async () => {
  const sending = await start({ steps: [email('one')] })
  const byStop = await sending.enroll()
  const byPause = await sending.enroll()
  await sending.steer(byPause, 'pause')
  const stop = { sequenceId: null, mails: 'all', cause: 'person', reason: 'a holiday.' } as const
  await inPortal(db, sending.portalId, (trx) => stopSending(sending.deps, trx, sending.portal, stop))
  await sending.drain()
  clock.passes(days(5))
  await inPortal(db, sending.portalId, (trx) => allowSending(sending.deps, trx, sending.portal, stop))
  await sending.steer(byPause, 'resume')
  await sending.drain()
  expect([accepted(byStop), accepted(byPause)]).toEqual([1, 1])
})

test('an account that was disconnected from HubSpot for days is asked before old mails go out', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await set(sending, 'installations', "status = 'inactive'")
  await sending.drain()
  clock.passes(days(2))
  await set(sending, 'installations', "status = 'connected'")
  await sending.drain()
  expect(accepted(contact)).toBe(0)
  expect((await list(sending)).count).toBe(1)
})

test('how long a mail makes sense is the account’s to say', async () => {
  const sending = await start()
  await saveRules(sending.deps, sending.portal, {
    ...{ contactHours: 0, companyMinutes: 0, portalPerDay: 0, sensibleHours: 72 },
    idempotencyKey: newKey(),
  })
  const contact = await sending.enroll()
  clock.passes(days(2))
  await sending.drain()
  expect(accepted(contact)).toBe(1)
})

test('another account’s late mails are neither seen nor decided', async () => {
  const mine = await start()
  const other = await start()
  await mine.enroll()
  clock.passes(days(2))
  await mine.drain()
  const [mail] = (await list(mine)).mails
  expect((await list(other)).count).toBe(0)
  await expect(decide(other, 'approve', [mail?.stepRunId ?? ''])).rejects.toMatchObject({ code: 'not_found' })
  expect((await list(mine)).count).toBe(1)
})

test('one that cannot be decided keeps none of the others back, and says why', async () => {
  const sending = await start()
  const contacts = [await sending.enroll(), await sending.enroll(), await sending.enroll()]
  const [poison, ...others] = contacts
  clock.passes(days(2))
  await sending.drain()
  const heal = await refuse(
    'step_runs',
    `new.enrollment_id = '${poison?.enrollmentId}' and new.approved_at is not null`,
  )
  const why = 'Stagecue failed on this step (error database 22023).'
  expect(await decideAll(sending)).toEqual({
    decided: 2,
    left: 0,
    refused: [{ stepRunId: expect.any(String), contactName: 'Ada Lovelace', why }],
  })
  await sending.drain()
  expect(others.map(accepted)).toEqual([1, 1])
  const [run] = await sending.runs(poison?.enrollmentId)
  expect(run).toMatchObject({
    status: 'held',
    why: expect.stringMatching(/^Stagecue failed .* Before: This e-mail was due at/),
  })
  // What the refused one wrote was taken back: no line says that it was tried again.
  expect((await sending.activities()).filter((kind) => kind === 'step.retried')).toHaveLength(2)
  await heal()
  await resolveStep(sending.deps, person(sending.portalId), { stepRunId: run?.id ?? '', action: 'retry' })
  await sending.drain()
  // It failed before it was approved, so it is among the late ones again.
  expect(await decideAll(sending)).toMatchObject({ decided: 1 })
  await sending.drain()
  expect(contacts.map(accepted)).toEqual([1, 1, 1])
})

test('one that was declined and could not be skipped is not sent by the button that tries failed steps again', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  clock.passes(days(2))
  await sending.drain()
  const [late] = (await list(sending)).mails
  const heal = await refuse('step_runs', `new.enrollment_id = '${contact.enrollmentId}' and new.status = 'skipped'`)
  expect(await decide(sending, 'skip', [late?.stepRunId ?? ''])).toMatchObject({ decided: 0, left: 0 })
  await heal()
  const again = { idempotencyKey: newKey() }
  expect(await retryFaultySteps(sending.deps, person(sending.portalId), again)).toMatchObject({ decided: 0, left: 0 })
  const [run] = await sending.runs(contact.enrollmentId)
  expect(run).toMatchObject({ status: 'held', why: expect.stringMatching(/^Stagecue failed .* Before: This e-mail/) })
  await resolveStep(sending.deps, person(sending.portalId), { stepRunId: run?.id ?? '', action: 'skip' })
  await sending.drain()
  expect(accepted(contact)).toBe(0)
})

test('one whose calendar has no moment for it any more is told with that reason', async () => {
  const sending = await start()
  const [stuck, other] = [await sending.enroll(), await sending.enroll()]
  clock.passes(days(2))
  await sending.drain()
  const calendar = { timeZone: null, windows: [], businessDays: [1], holidays: null, ownDays: [] }
  await useMoves(sending).publishes(2, { calendar })
  await set(sending, 'enrollments', 'version = 2', `id = '${stuck.enrollmentId}'`)
  const answer = await decideAll(sending)
  expect(answer).toMatchObject({
    decided: 1,
    left: 0,
    refused: [{ contactName: 'Ada Lovelace', why: expect.any(String) }],
  })
  await sending.drain()
  expect([accepted(stuck), accepted(other)]).toEqual([0, 1])
  const [run] = await sending.runs(stuck.enrollmentId)
  expect(run).toMatchObject({ status: 'held', why: expect.stringContaining(answer.refused[0]?.why ?? '?') })
})
