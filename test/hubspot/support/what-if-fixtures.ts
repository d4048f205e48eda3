import type { Scenario, Scenarios } from '#shared/contract/scenario.ts'
import type { WhatIf, WhatIfReport } from '#shared/contract/what-if.ts'
import { SEQUENCE_ID } from './fixtures.ts'

export function scenario(name: string): Scenario {
  return {
    name,
    given: {
      start: '2027-02-02T10:00',
      timeZone: 'Europe/Berlin',
      deal: { name: 'Engine no. 1' },
    },
    happens: [{ kind: 'replies', afterMail: 1, minutes: 1 }],
    expect: { quietDays: 10_000 },
  }
}

export function scenarios(changes: Partial<Scenarios> = {}): Scenarios {
  const stored = changes.scenarios ?? []
  return {
    sequenceId: SEQUENCE_ID,
    revision: 0,
    scenarios: stored,
    results: stored.map(({ name }) => ({ name, passed: true, problem: null, sends: [] })),
    usual: [scenario('The contact replies to the first mail'), scenario('The clocks change that week')],
    ...changes,
  }
}

const WHO = { dealId: '9001', dealName: 'Engine no. 1', contactId: '501', contactName: 'Ada Lovelace' }

export function report(changes: Partial<WhatIfReport> = {}): WhatIfReport {
  return {
    from: '2026-08-23T08:00:00Z',
    to: '2026-11-21T08:00:00Z',
    dealsRead: 40,
    dealsFound: 40,
    deals: 12,
    enrolled: 15,
    mails: 31,
    completed: 4,
    stopped: 9,
    running: 2,
    held: 1,
    collisions: 1,
    notEnrolled: [{ reason: 'no_email', sentence: 'The contact has no e-mail address', count: 3 }],
    stops: [{ reason: 'stage_left', sentence: 'The deal left the stage', count: 9 }],
    days: [{ day: '2026-09-01', mails: 4, busiestHour: '09:00', busiestMails: 3 }],
    mailList: [
      {
        ...WHO,
        step: 1,
        at: '2026-09-01T07:00:00Z',
        sender: 'sales-1@mail.example.com',
        why: 'Tuesday 1 September 2026, 09:00.',
      },
    ],
    collisionList: [
      {
        ...WHO,
        kind: 'deferred',
        at: '2026-09-03T07:00:00Z',
        sentence: 'Step 2: Waits until Friday: 1 mail in 24 hours.',
      },
    ],
    holdList: [{ ...WHO, step: 2, at: '2026-09-04T07:00:00Z', why: 'No value for deal.amount.' }],
    ...changes,
  }
}

export function whatIf(changes: Partial<WhatIf> = {}): WhatIf {
  return {
    sequenceId: SEQUENCE_ID,
    state: 'never',
    askedAt: null,
    outdated: false,
    read: 0,
    of: 0,
    problem: null,
    report: null,
    ...changes,
  }
}
