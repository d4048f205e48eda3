import { expect, test } from 'vitest'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { type RealityCase, useReality } from './use-reality.ts'

const agrees = useReality()

const OFFICE: ScheduleCalendar = {
  timeZone: null,
  windows: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', until: '17:00' })),
  businessDays: [1, 2, 3, 4, 5],
  holidays: { country: 'DE', region: 'BE' },
  ownDays: [],
}

const DEMO: SequenceDefinition = {
  stopWhenStageLeft: true,
  calendar: OFFICE,
  onReply: 'pause_others',
  steps: [
    {
      id: 'hello',
      kind: 'email',
      subject: 'Hello {{ contact.firstname | default: "there" }}',
      body: 'About {{ deal.name }}',
    },
    { id: 'days', kind: 'wait', amount: 2, unit: 'business_days' },
    { id: 'again', kind: 'email', subject: '', body: 'Dear {{ contact.firstname }}' },
    { id: 'until', kind: 'wait', until: 'time_of_day', time: '14:30' },
    { id: 'hours', kind: 'wait', amount: 30, unit: 'hours' },
    { id: 'last', kind: 'email', subject: 'Last word on {{ deal.name }}', body: 'Bye' },
  ],
}

const PROPOSAL: SequenceDefinition = {
  stopWhenStageLeft: true,
  steps: [
    { id: 'offer', kind: 'email', subject: 'Our offer for {{ deal.name }}', body: 'Amount {{ deal.amount }}' },
    { id: 'close', kind: 'wait', until: 'deal_date', property: 'closedate', days: -1, time: '10:00' },
    { id: 'soon', kind: 'email', subject: 'It is almost time', body: 'Tomorrow' },
  ],
}

const SEQUENCES = { demo: DEMO, proposal: PROPOSAL }

const CASES: readonly (RealityCase & { readonly name: string })[] = [
  {
    ...SEQUENCES,
    name: 'with limits and a stay in the stage',
    seed: 11,
    deals: 60,
    from: '2026-11-30T08:00:00Z',
    rules: { contactHours: 24, companyMinutes: 5, portalPerDay: 12, sensibleHours: 24 },
    policy: { dwellMinutes: 20, movingBack: 'nobody', reEntry: 'once' },
  },
  {
    ...SEQUENCES,
    name: 'over the weeks in which clocks change on two continents',
    seed: 12,
    deals: 30,
    from: '2027-03-10T08:00:00Z',
    rules: { contactHours: 0, companyMinutes: 30, portalPerDay: 0, sensibleHours: 24 },
    policy: { reEntry: 'every_entry', passingThrough: 'enroll' },
  },
  {
    ...SEQUENCES,
    name: 'when owners write themselves, one of them under a daily cap',
    seed: 13,
    deals: 36,
    from: '2026-11-30T08:00:00Z',
    rules: { contactHours: 0, companyMinutes: 0, portalPerDay: 0, sensibleHours: 24 },
    policy: {},
    ownerCap: 2,
  },
]

for (const one of CASES) {
  test(`the simulation and reality send the same mails ${one.name}`, { timeout: 240_000 }, async () => {
    const mails = await agrees(one)
    const steps = new Set(mails.map(({ step }) => step))
    expect([...steps].sort()).toEqual(['again', 'hello', 'last', 'offer', 'soon'])
    expect(new Set(mails.map(({ from }) => from)).size).toBe(one.ownerCap === undefined ? 1 : 2)
  })
}
