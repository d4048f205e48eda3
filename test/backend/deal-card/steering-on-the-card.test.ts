import { expect, test } from 'vitest'
import { describeEnrollment, type EnrollmentFacts } from '#modules/deal-card/describe-enrollment.ts'
import type { EnrollmentRecord, RunRecord } from '#modules/deal-card/repository.ts'
import type { StepOutline } from '#shared/contract/sequence.ts'
import { branch, exit, goTo, waitFor } from '#test/support/steering.ts'

const AT = Temporal.Instant.from('2027-03-26T09:00Z')
const mail = (id: string, subject = 'Hello'): StepOutline => ({ id, kind: 'email', subject })

/** An enrollment that stands at the first of these steps. */
function standing(
  steps: StepOutline[],
  enrollment: Partial<EnrollmentRecord> = {},
  run: Partial<RunRecord> = {},
): EnrollmentFacts {
  const [first] = steps
  return {
    connected: true,
    timeZone: 'Europe/Berlin',
    from: undefined,
    outline: { steps, calendar: null },
    enrollment: {
      ...{ id: 'e', contactId: '51', sequenceId: 's', sequenceName: 'Demo', sequenceStatus: 'active', version: 1 },
      ...{ status: 'active', stopReason: null, completedWhy: null, stepPosition: 0, stepCount: steps.length },
      ...{ lastSenderId: null, hasWritten: false },
      ...{ pausedRemaining: null, pauseReason: null, pausedUntil: null },
      ...{ source: 'stage', enrolledAt: AT, closeDate: null, stepsBehind: [] },
      ...{ contactTimeZone: null, ownerTimeZone: null, portalTimeZone: 'Europe/Berlin' },
      ...enrollment,
    },
    runs: [
      {
        ...{ id: 'r', enrollmentId: 'e', stepId: first?.id ?? '', epoch: 1, position: 0, kind: first?.kind ?? 'wait' },
        ...{
          status: 'scheduled',
          dueAt: AT,
          why: 'Planned.',
          sentSubject: null,
          sentAgain: false,
          heldFor: null,
          approved: false,
        },
        ...run,
      },
    ],
  }
}

test('a branch ahead says what the next e-mail depends on, and promises no moment', () => {
  const wait: StepOutline = { id: 'w', kind: 'wait', amount: 1, unit: 'days' }
  expect(describeEnrollment(standing([wait, branch('x', 'b', 'next'), mail('a'), mail('b')]))).toMatchObject({
    step: 'Step 1 of 4: wait of 1 day',
    nextSendAt: null,
    why: 'Planned. What comes next depends on step 2: branch on “Large”.',
  })
})

test('a jump ahead is followed to the e-mail it leads to', () => {
  const wait: StepOutline = { id: 'w', kind: 'wait', amount: 1, unit: 'days' }
  const row = describeEnrollment(standing([wait, goTo('g', 'b'), mail('a'), mail('b')]))
  expect(row.nextSendAt).toBe(AT.toString())
})

test('a wait for an event says what it waits for and how long', () => {
  const run = { why: 'Waiting for a reply until Mon 29 Mar, 11:00.' }
  expect(describeEnrollment(standing([waitFor('w'), mail('a')], {}, run))).toMatchObject({
    step: 'Step 1 of 2: wait for a reply, at most 3 days',
    nextSendAt: null,
    why: 'Waiting for a reply until Mon 29 Mar, 11:00. What comes next depends on this step.',
  })
  const property = { subject: 'deal', property: 'amount', operator: 'is_known' } as const
  const step = waitFor('w', { event: 'property', condition: property })
  expect(describeEnrollment(standing([step, mail('a')])).step).toBe(
    'Step 1 of 2: wait until deal “amount” has a value, at most 3 days',
  )
})

test('an enrollment that ended early says where and why', () => {
  const enrollment = { status: 'completed', stepPosition: 1, completedWhy: 'Ended at step 2: No budget' } as const
  expect(describeEnrollment(standing([mail('a'), exit('e', 'No budget'), mail('b')], enrollment))).toMatchObject({
    step: 'Complete at step 2 of 3',
    why: 'Ended at step 2: No budget',
  })
})

test('a task and an e-mail that a person reads first are told of while there is time', () => {
  const wait: StepOutline = { id: 'w', kind: 'wait', amount: 1, unit: 'days' }
  const task: StepOutline = { id: 't', kind: 'task', taskType: 'call', subject: 'Call', onTimeout: 'go_on' }
  expect(describeEnrollment(standing([wait, task, mail('a')]))).toMatchObject({
    nextSendAt: null,
    why: 'Planned. After it a person will be needed: It waits until its task in HubSpot is done.',
  })
  const asked: StepOutline = { id: 'a', kind: 'email', subject: 'Hello', approval: 'before_send' }
  expect(describeEnrollment(standing([wait, asked])).why).toBe('Planned. A person must approve the e-mail after it.')
  expect(describeEnrollment(standing([asked])).why).toBe('Planned. A person must approve it then.')
  expect(describeEnrollment(standing([asked], {}, { approved: true })).why).toBe('Planned.')
})
