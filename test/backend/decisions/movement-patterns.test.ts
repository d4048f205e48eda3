import { expect, test } from 'vitest'
import { decideEnrollment } from '#modules/decisions/decide-enrollment.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { at, expectDecision, type Pattern, past, STAGES, START, tell } from './entry-story.ts'

const DWELL = { dwellMinutes: 15 }
const STAY = 'Had the deal left “Demo” before it was decided, nobody would have been enrolled.'
const OFF = 'With the mapping switched off nobody would have been enrolled.'
const BACK = 'Move the deal back to “Demo”.'
const AGAIN = 'Move the deal out of the stage and back: one entry enrolls a contact once.'
const hand = (text: string) => `${text}, or start the sequence from the deal card.`
const demoAt = (time: string) =>
  `Nothing to do: if the deal is still in “Demo” at 2026-11-20 ${time} (UTC), it is decided then.`
const ended = [{ enrollments: [past(10, 20)] }]
const running = [{ enrollments: [past(10, null)] }]

/** How a deal moves: forward, through, back, again. */
const PATTERNS: Pattern[] = [
  // Going forward
  ['moves one stage forward', {}, { moves: 'lead@0 demo@10' }, 'enrolled', 'enrolled', STAY],
  ['is created in the stage', {}, { moves: 'demo@10' }, 'enrolled', 'enrolled', STAY],
  ['skips over stages to it', {}, { moves: 'intake@0 demo@10' }, 'enrolled', 'enrolled', STAY],
  ['enters, told of an hour late', {}, { moves: 'lead@0 demo@10', now: 70 }, 'enrolled', 'enrolled', STAY],
  [
    'is saved again without a change',
    {},
    { moves: 'lead@0 demo@10 demo@30' },
    'not_enrolled',
    'not_a_stage_entry',
    'Move the deal to another stage and back.',
  ],
  [
    'entered before the connection',
    {},
    { moves: 'lead@0 demo@10', facts: { connectedAt: START.add({ hours: 1 }) } },
    'not_enrolled',
    'before_connection',
    hand('Move the deal out of the stage and back'),
  ],

  // Drag back and forth, passing through
  [
    'is dragged in and out again',
    {},
    { moves: 'lead@0 demo@10 lead@11', event: 'demo@10', now: 12 },
    'not_enrolled',
    'stage_moved_on',
    BACK,
  ],
  [
    'passes through on its way',
    {},
    { moves: 'lead@0 demo@10 offer@10.2', event: 'demo@10', now: 11 },
    'not_enrolled',
    'stage_moved_on',
    BACK,
  ],
  [
    'passes through, which is allowed',
    { passingThrough: 'enroll' },
    { moves: 'lead@0 demo@10 offer@11', event: 'demo@10', now: 12 },
    'enrolled',
    'enrolled',
    OFF,
  ],
  [
    'passes through after long enough, which is allowed',
    { passingThrough: 'enroll', ...DWELL },
    { moves: 'lead@0 demo@10 offer@40', event: 'demo@10', now: 41 },
    'enrolled',
    'enrolled',
    OFF,
  ],
  [
    'passes through too fast, though allowed',
    { passingThrough: 'enroll', ...DWELL },
    { moves: 'lead@0 demo@10 offer@13', event: 'demo@10', now: 60 },
    'not_enrolled',
    'left_too_soon',
    'Move the deal back to the stage and leave it there for 15 minutes.',
  ],
  [
    'is dragged out and back, the first entry',
    {},
    { moves: 'demo@10 lead@20 demo@30', event: 'demo@10', now: 31 },
    'not_enrolled',
    'stage_moved_on',
    BACK,
  ],
  [
    'is dragged out and back, the second entry',
    {},
    { moves: 'demo@10 lead@20 demo@30', now: 31 },
    'enrolled',
    'enrolled',
    STAY,
  ],

  // Dwell time
  [
    'has not been there long enough',
    DWELL,
    { moves: 'lead@0 demo@10', now: 12 },
    'parked',
    'dwelling',
    demoAt('09:25'),
  ],
  ['has been there exactly long enough', DWELL, { moves: 'lead@0 demo@10', now: 25 }, 'enrolled', 'enrolled', STAY],
  [
    'is saved again while it waits: the wait goes on',
    DWELL,
    { moves: 'lead@0 demo@10 demo@20', event: 'demo@10', now: 25 },
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'comes back while it waits: the wait begins anew',
    DWELL,
    { moves: 'demo@10 lead@12 demo@14', now: 25 },
    'parked',
    'dwelling',
    demoAt('09:29'),
  ],
  [
    'leaves while it waits',
    DWELL,
    { moves: 'lead@0 demo@10 offer@12', event: 'demo@10', now: 25 },
    'not_enrolled',
    'stage_moved_on',
    BACK,
  ],
  [
    'waits, and the mapping is switched off',
    DWELL,
    { moves: 'lead@0 demo@10', now: 12, facts: { mapping: { sequenceId: 'x', active: false } } },
    'not_enrolled',
    'mapping_off',
    'Switch the mapping on, then move the deal out of the stage and back.',
  ],

  // Moving back
  ['moves back from a later stage', {}, { moves: 'offer@0 demo@10' }, 'enrolled', 'enrolled', STAY],
  [
    'moves back, which is not allowed',
    { movingBack: 'nobody' },
    { moves: 'offer@0 demo@10' },
    'not_enrolled',
    'moved_back',
    hand('Move the deal to the stage from an earlier one'),
  ],
  [
    'moves forward where back is not allowed',
    { movingBack: 'nobody' },
    { moves: 'lead@0 demo@10' },
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'comes from another pipeline',
    { movingBack: 'nobody' },
    { moves: 'tickets_3@0 demo@10' },
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'comes from a stage that was deleted since',
    { movingBack: 'nobody' },
    { moves: 'offer@0 demo@10', facts: { stages: STAGES.slice(0, 2) } },
    'enrolled',
    'enrolled',
    STAY,
  ],

  // Re-entry
  [
    're-enters after the sequence ended',
    {},
    { moves: 'demo@10 lead@20 demo@30', contacts: ended },
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    're-enters, only once ever',
    { reEntry: 'once' },
    { moves: 'demo@10 lead@20 demo@30', contacts: ended },
    'not_enrolled',
    'enrolled_before',
    'This mapping enrolls a contact once per deal; to do it again, start the sequence from the deal card.',
  ],
  [
    're-enters while the sequence runs',
    {},
    { moves: 'demo@10 lead@20 demo@30', contacts: running },
    'not_enrolled',
    'already_enrolled',
    'Wait until “After the demo” ends for this contact, or stop it.',
  ],
  [
    're-enters while it runs, at every entry',
    { reEntry: 'every_entry' },
    { moves: 'demo@10 lead@20 demo@30', contacts: running },
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'tells the same entry twice, at every entry',
    { reEntry: 'every_entry' },
    { moves: 'lead@0 demo@10', contacts: running },
    'not_enrolled',
    'entry_used',
    AGAIN,
  ],
]

test.each(PATTERNS)('a deal that %s', (_name, ...pattern) => expectDecision(...pattern))

test('a parked entry says until when, an enrolled one from when and whether it starts over', () => {
  const waiting = decideEnrollment({ ...DEFAULT_POLICY, ...DWELL }, tell({ moves: 'demo@10', now: 12 }))
  expect(waiting).toMatchObject({ outcome: 'parked', until: at(25) })
  const again = tell({ moves: 'demo@10 lead@20 demo@30', contacts: running, now: 31 })
  const restarted = decideEnrollment({ ...DEFAULT_POLICY, reEntry: 'every_entry' }, again)
  expect(restarted).toMatchObject({ enrollments: [{ contactId: '51', version: 3, from: at(31), restarts: true }] })
})
