import { expect, test } from 'vitest'
import { describeEnrollment, type EnrollmentFacts } from '#modules/deal-card/describe-enrollment.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import type { WaitStep } from '#shared/contract/sequence.ts'

/** Friday, 10:00 in Berlin. */
const ENROLLED = Temporal.Instant.from('2027-03-26T09:00Z')

/** An enrollment that stands in its first wait, which ends on Saturday; mails go out Monday to Friday from 9 to 5. */
function waiting(after: WaitStep[] = []): EnrollmentFacts {
  const wait = { id: 'wait', kind: 'wait', amount: 1, unit: 'days' } as const
  const steps = [wait, ...after, { id: 'mail', kind: 'email' as const, subject: 'Hello {{ contact.firstname }}' }]
  const windows = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', until: '17:00' }))
  return {
    connected: true,
    timeZone: 'Europe/Berlin',
    from: undefined,
    outline: { steps, calendar: { ...ANY_TIME, windows } },
    enrollment: {
      ...{ id: 'e', contactId: '51', sequenceId: 's', sequenceName: 'Demo', sequenceStatus: 'active', version: 1 },
      ...{ status: 'active', stopReason: null, stepPosition: 0, stepCount: steps.length },
      ...{ pausedRemaining: null, pauseReason: null, pausedUntil: null, completedWhy: null },
      ...{ source: 'stage', enrolledAt: ENROLLED, closeDate: null, stepsBehind: [] },
      ...{
        contactTimeZone: null,
        ownerTimeZone: null,
        portalTimeZone: 'Europe/Berlin',
        lastSenderId: null,
        hasWritten: false,
      },
    },
    runs: [
      {
        ...{ id: 'r', enrollmentId: 'e', stepId: 'wait', epoch: 1, position: 0, kind: 'wait', status: 'scheduled' },
        ...{
          dueAt: ENROLLED.add({ hours: 24 }),
          why: 'Waits 1 day.',
          sentSubject: null,
          sentAgain: false,
          heldFor: null,
          approved: false,
        },
      },
    ],
  }
}

test('during a wait that ends on a closed day, the card names the moment of the mail and why', () => {
  expect(describeEnrollment(waiting())).toMatchObject({
    step: 'Step 1 of 2: wait of 1 day',
    nextSendAt: '2027-03-29T07:00:00Z',
    why: "Waits 1 day. The e-mail after it: Mon 29 Mar 2027, 09:00 (Europe/Berlin, the account's time zone). Due as soon as the step is reached. Sat 27 Mar and Sun 28 Mar have no sending window.",
  })
})

test('a later step that would be held is told of while there is time', () => {
  const close: WaitStep = {
    ...{ id: 'close', kind: 'wait', until: 'deal_date', property: 'closedate' },
    ...{ days: -3, time: '09:00' },
  }
  expect(describeEnrollment(waiting([close]))).toMatchObject({
    nextSendAt: null,
    why: 'Waits 1 day. After it a person will be needed: The deal has no "Close date". Fill it in on the deal.',
  })
})
