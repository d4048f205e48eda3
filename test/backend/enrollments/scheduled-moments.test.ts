import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { previewResume } from '#modules/deal-card/preview-resume.ts'
import { advanceEnrollment } from '#modules/enrollments/advance-enrollment.ts'
import { steerEnrollment } from '#modules/enrollments/steer-enrollment.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { SequenceDefinition, Step } from '#shared/contract/sequence.ts'
import type { StepRunStatus } from '#shared/vocabulary.ts'
import { activityKinds, hasDeal, hasEnrollment, hasSequence, newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()

const OFFICE: ScheduleCalendar = {
  ...ANY_TIME,
  windows: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', until: '17:00' })),
}
const mail = (id: string): Step => ({ id, kind: 'email', subject: id, body: 'Hello' })
const days = (amount: number, unit: 'days' | 'business_days' = 'days'): Step => ({
  id: 'pause',
  kind: 'wait',
  amount,
  unit,
})
const beforeClose: Step = {
  ...{ id: 'close', kind: 'wait', until: 'deal_date', property: 'closedate' },
  ...{ days: -3, time: '09:00' },
}

interface Given {
  steps: Step[]
  calendar?: ScheduleCalendar
  /** When the contact is enrolled; later than the test clock's first moment. */
  at: string
  contactTimeZone?: string
  /** Of the deal's owner. */
  ownerTimeZone?: string
  closeDate?: string
}

/** A contact of a Berlin portal, enrolled at a moment. The clock there goes forward on Sunday 28 March 2027, 02:00. */
async function enrolled({ steps, calendar, at, contactTimeZone, ownerTimeZone, closeDate }: Given) {
  const clock = new TestClock()
  const deps = makeDeps({ db, clock })
  const portal = person(await newPortal(db, clock))
  const { portalId } = portal
  const becomes = (moment: string) => clock.passes(clock.read().until(Temporal.Instant.from(moment)))
  const definition: SequenceDefinition = { stopWhenStageLeft: true, steps, ...(calendar && { calendar }) }
  const sequence = await hasSequence(deps, portal, { definition })
  const contact = await hasDeal(deps, portalId)
  const setFacts = (facts: { timeZone?: string; closeDate?: string }) =>
    inPortal(db, portalId, async (trx) => {
      await trx
        .updateTable('contacts')
        .set({ timeZone: facts.timeZone ?? null })
        .execute()
      await trx
        .updateTable('deals')
        .set({ closeDate: facts.closeDate ?? null })
        .execute()
    })
  await setFacts({ ...(contactTimeZone && { timeZone: contactTimeZone }), ...(closeDate && { closeDate }) })
  if (ownerTimeZone) {
    const owner = { ownerId: '71', email: null, name: 'Bo', archived: false, senderId: null, timeZone: ownerTimeZone }
    await inPortal(db, portalId, async (trx) => {
      await trx
        .insertInto('owners')
        .values({ portalId, ...owner })
        .execute()
      await trx.updateTable('deals').set({ ownerId: '71' }).execute()
    })
  }
  becomes(at)
  const id = await hasEnrollment(deps, portal, sequence.id, contact)
  const run = (stepId: string) =>
    inPortal(db, portalId, (trx) =>
      trx
        .selectFrom('stepRuns')
        .where('enrollmentId', '=', id)
        .where('stepId', '=', stepId)
        .select(['id', 'status', 'dueAt', 'why'])
        .executeTakeFirstOrThrow(),
    )
  return {
    ...{ portal, id, becomes, run, setFacts },
    steer: (action: 'pause' | 'resume') => steerEnrollment(deps, portal, id, { action, idempotencyKey: newKey() }),
    preview: () => previewResume(deps, portal, id),
    retry: async (stepId: string) => resolveStep(deps, portal, { stepRunId: (await run(stepId)).id, action: 'retry' }),
    /** The step is settled at this moment and the enrollment goes on, as the worker does it. */
    settles: async (stepId: string, status: StepRunStatus, next: number, moment: string) => {
      becomes(moment)
      await inPortal(db, portalId, async (trx) => {
        const settled = trx.updateTable('stepRuns').set({ status }).where('enrollmentId', '=', id)
        await settled.where('stepId', '=', stepId).execute()
        await advanceEnrollment(deps, trx, portal, id, next)
      })
    },
  }
}

const minute = (moment: Temporal.Instant) => moment.toString({ smallestUnit: 'minute' })

test.each<[string, Given, string]>([
  ['in its window at once', { steps: [mail('one')], calendar: OFFICE, at: '2027-03-24T10:00Z' }, '2027-03-24T10:00Z'],
  [
    'after hours on Friday on Monday, an hour earlier in UTC',
    { steps: [mail('one')], calendar: OFFICE, at: '2027-03-26T16:30Z' },
    '2027-03-29T07:00Z',
  ],
  [
    'by the contact’s clock',
    { steps: [mail('one')], calendar: OFFICE, at: '2027-03-24T10:00Z', contactTimeZone: 'america_slash_new_york' },
    '2027-03-24T13:00Z',
  ],
  [
    'by the sequence’s clock, whatever the contact’s is',
    {
      steps: [mail('one')],
      calendar: { ...OFFICE, timeZone: 'Europe/Berlin' },
      at: '2027-03-24T10:00Z',
      contactTimeZone: 'america_slash_new_york',
    },
    '2027-03-24T10:00Z',
  ],
])('enrolling sends %s', async (_name, given, expected) => {
  const { run } = await enrolled(given)
  const { status, dueAt } = await run('one')
  expect([status, minute(dueAt)]).toEqual(['scheduled', expected])
})

test('a wait begun before the clock goes forward keeps the time on the wall, and the mail after it its window', async () => {
  const { run, settles } = await enrolled({
    ...{ steps: [mail('one'), days(2), mail('two')], calendar: OFFICE, at: '2027-03-25T15:00Z' },
  })
  await settles('one', 'sent', 1, '2027-03-26T15:30Z')
  const wait = await run('pause')
  expect(minute(wait.dueAt)).toBe('2027-03-28T14:30Z')
  expect(wait.why).toContain("Sun 28 Mar 2027, 16:30 (Europe/Berlin, the account's time zone).")
  await settles('pause', 'done', 2, '2027-03-28T14:30Z')
  const two = await run('two')
  expect(minute(two.dueAt)).toBe('2027-03-29T07:00Z')
  expect(two.why).toContain('Sun 28 Mar has no sending window.')
})

test('business days pass over Easter', async () => {
  const calendar = { ...ANY_TIME, holidays: { country: 'DE', region: null } }
  const { run } = await enrolled({ steps: [days(1, 'business_days'), mail('one')], calendar, at: '2027-03-25T10:00Z' })
  const wait = await run('pause')
  expect(minute(wait.dueAt)).toBe('2027-03-30T09:00Z')
  expect(wait.why).toContain('Fri 26 Mar is a holiday (Good Friday).')
})

test('a version without a calendar sends at any time', async () => {
  const { run } = await enrolled({ steps: [mail('one')], at: '2027-03-28T00:59Z' })
  expect(minute((await run('one')).dueAt)).toBe('2027-03-28T00:59Z')
})

test('a paused wait keeps its rest over the change of the clock, shows the dates first, and the mail keeps its window', async () => {
  const { run, steer, becomes, preview } = await enrolled({
    ...{ steps: [days(2), mail('one')], calendar: OFFICE, at: '2027-03-24T10:00Z' },
  })
  becomes('2027-03-25T10:00Z')
  await steer('pause')
  becomes('2027-03-27T10:00Z')
  const shown = await preview()
  expect(shown.steps).toMatchObject([{ step: 'Step 2 of 2: e-mail “one”', at: '2027-03-29T07:00:00Z' }])
  await steer('resume')
  const wait = await run('pause')
  expect(minute(wait.dueAt)).toBe('2027-03-28T10:00Z')
  expect(wait.why).toMatch(/^Resumed by a person\. Sun 28 Mar 2027, 12:00 .* Waits the remaining 1 day\.$/)
})

test('settling, pausing, the preview and resuming go by the owner’s clock where the contact has none', async () => {
  const { run, settles, steer, becomes, preview } = await enrolled({
    ...{ steps: [mail('one'), days(1), mail('two')], calendar: OFFICE, at: '2027-03-24T14:00Z' },
    ownerTimeZone: 'america_slash_new_york',
  })
  await settles('one', 'sent', 1, '2027-03-24T14:00Z')
  expect((await run('pause')).why).toContain("10:00 (America/New_York, the owner's time zone)")
  await settles('pause', 'done', 2, '2027-03-25T14:00Z')
  await steer('pause')
  becomes('2027-03-26T09:00Z')
  expect((await preview()).steps).toMatchObject([{ at: '2027-03-26T13:00:00Z' }])
  await steer('resume')
  const two = await run('two')
  expect(minute(two.dueAt)).toBe('2027-03-26T13:00Z')
  expect(two.why).toContain("09:00 (America/New_York, the owner's time zone)")
})

test('a mail resumed after hours waits for its window', async () => {
  const { run, steer, becomes } = await enrolled({ steps: [mail('one')], calendar: OFFICE, at: '2027-03-26T10:00Z' })
  await steer('pause')
  becomes('2027-03-26T18:00Z')
  await steer('resume')
  expect(await run('one')).toMatchObject({ status: 'scheduled', dueAt: Temporal.Instant.from('2027-03-29T07:00Z') })
})

test('a wait until a moment has the same moment after a pause, and is over when that is', async () => {
  const given = { steps: [beforeClose, mail('one')], at: '2027-03-20T10:00Z', closeDate: '2027-03-31T12:00:00Z' }
  const { run, steer, becomes } = await enrolled(given)
  expect(minute((await run('close')).dueAt)).toBe('2027-03-28T07:00Z')
  await steer('pause')
  becomes('2027-03-22T10:00Z')
  await steer('resume')
  expect(minute((await run('close')).dueAt)).toBe('2027-03-28T07:00Z')
  await steer('pause')
  becomes('2027-03-29T10:00Z')
  await steer('resume')
  expect(minute((await run('close')).dueAt)).toBe('2027-03-29T10:00Z')
})

test('a step for which no moment can be named is held with its sentence until the deal says when', async () => {
  const { portal, run, retry, setFacts } = await enrolled({
    ...{ steps: [beforeClose, mail('one')], at: '2027-03-20T10:00Z' },
  })
  const why = 'The deal has no "Close date". Fill it in on the deal.'
  expect(await run('close')).toMatchObject({ status: 'held', why })
  expect(await activityKinds(db, portal.portalId)).toContain('step.held')
  await expect(retry('close')).rejects.toMatchObject({ code: 'conflict', message: why })
  await setFacts({ closeDate: '2027-03-31' })
  await retry('close')
  const again = await run('close')
  expect(again).toMatchObject({ status: 'scheduled', dueAt: Temporal.Instant.from('2027-03-28T07:00Z') })
  expect(again.why).toMatch(/^Tried again by admin@example\.com\. Sun 28 Mar 2027, 09:00/)
})

test('a resume that can name no moment holds the step', async () => {
  const given = { steps: [beforeClose, mail('one')], at: '2027-03-20T10:00Z', closeDate: '2027-03-31' }
  const { run, steer, setFacts, preview } = await enrolled(given)
  await steer('pause')
  await setFacts({})
  expect((await preview()).steps).toMatchObject([
    { step: 'Step 1 of 2: wait until 3 days before the close date, 09:00', at: null },
  ])
  await steer('resume')
  expect(await run('close')).toMatchObject({ status: 'held' })
})

test('dates are shown for a paused enrollment of this portal only', async () => {
  const { preview, steer } = await enrolled({ steps: [mail('one')], at: '2027-03-20T10:00Z' })
  await expect(preview()).rejects.toMatchObject({ code: 'conflict' })
  await steer('pause')
  const other = await enrolled({ steps: [mail('one')], at: '2027-03-20T10:00Z' })
  const { id } = await enrolled({ steps: [mail('one')], at: '2027-03-20T10:00Z' })
  const deps = { db, clock: () => Temporal.Instant.from('2027-03-20T10:00Z') }
  await expect(previewResume(deps, other.portal, id)).rejects.toMatchObject({ code: 'not_found' })
})
