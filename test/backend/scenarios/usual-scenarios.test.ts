import { describe, expect, test } from 'vitest'
import { runScenario } from '#modules/scenarios/run-scenario.ts'
import { usualScenarios } from '#modules/scenarios/usual-scenarios.ts'
import type { Scenario } from '#shared/contract/scenario.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { SequenceDefinition, Step } from '#shared/contract/sequence.ts'
import { EXAMPLE_SEQUENCE } from '#shared/example-sequence.ts'

const email = (id: string, subject = `Mail ${id}`): Step => ({ id, kind: 'email', subject, body: 'Hello' })
const days = (id: string, amount: number): Step => ({ id, kind: 'wait', amount, unit: 'days' })

const OFFICE: ScheduleCalendar = {
  timeZone: null,
  windows: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', until: '17:00' })),
  businessDays: [1, 2, 3, 4, 5],
  holidays: { country: 'DE', region: null },
  ownDays: [],
}

const SEQUENCES: readonly (readonly [string, SequenceDefinition])[] = [
  ['the example', EXAMPLE_SEQUENCE.definition],
  ['one mail', { stopWhenStageLeft: true, steps: [email('one')] }],
  [
    'a wait before the first mail',
    { stopWhenStageLeft: true, steps: [days('w', 1), email('one'), days('v', 2), email('two')] },
  ],
  [
    'two mails at once',
    { stopWhenStageLeft: true, steps: [email('one'), days('w', 0), email('two'), days('v', 3), email('three')] },
  ],
  ['office hours', { stopWhenStageLeft: false, calendar: OFFICE, steps: [email('one'), days('w', 3), email('two')] }],
  [
    'the close date',
    {
      stopWhenStageLeft: true,
      calendar: OFFICE,
      steps: [
        email('one'),
        { id: 'w', kind: 'wait', until: 'deal_date', property: 'closedate', days: -3, time: '10:00' },
        email('two'),
      ],
    },
  ],
  ['half of the deals held out', { stopWhenStageLeft: true, holdOutPercent: 50, steps: [email('one')] }],
]

describe('the usual scenarios', () => {
  test.each(SEQUENCES)('all pass for %s, and there are at least six', (_name, definition) => {
    const usual = usualScenarios(definition)
    expect(usual.length).toBeGreaterThanOrEqual(10)
    expect(usual.map((scenario) => runScenario(definition, scenario)).filter(({ passed }) => !passed)).toEqual([])
    expect(new Set(usual.map(({ name }) => name)).size).toBe(usual.length)
  })

  test('a draft that sends nothing has none', () => {
    expect(usualScenarios({ stopWhenStageLeft: true, steps: [days('w', 1)] })).toEqual([])
    expect(
      usualScenarios({ stopWhenStageLeft: true, steps: [email('one', '{{ contact.email }}'), days('w', 1)] }),
    ).not.toEqual([])
  })

  test('they turn red when the draft changes under them', () => {
    const [, before] = SEQUENCES[4] ?? []
    if (!before) throw new Error('no such sequence')
    const usual = usualScenarios(before)
    const after = { ...before, steps: [...before.steps, days('v', 1), email('three')] }
    const red = usual.map((scenario) => runScenario(after, scenario)).filter(({ passed }) => !passed)
    expect(red[0]?.problem).toBe('Step 5 is sent at 2027-02-08 09:00, but should not be.')
  })
})

describe('a scenario', () => {
  const definition: SequenceDefinition = {
    stopWhenStageLeft: true,
    calendar: OFFICE,
    steps: [email('one'), days('w', 2), email('two')],
  }
  const given: Scenario['given'] = {
    start: '2027-03-26T18:00',
    timeZone: 'Europe/Berlin',
    deal: { name: 'Engine' },
  }
  const silent: Scenario['expect'] = { insideWindows: true }
  const run = (changes: Partial<Scenario>, steps = definition) =>
    runScenario(steps, { name: 'Mine', given, expect: silent, ...changes })

  test('expects mails at times on the wall clock, over holidays and the change of clocks', () => {
    // Good Friday and Easter Monday of 2027 are no days for mails; the clocks change on Sunday.
    const sends = [
      { step: 'one', at: '2027-03-30T09:00' },
      { step: 'two', at: '2027-04-01T09:00' },
    ]
    expect(run({ expect: { ...silent, sends } })).toMatchObject({ passed: true, problem: null, sends })
    const wrong = [{ step: 'one', at: '2027-03-29T09:00' }]
    expect(run({ expect: { ...silent, sends: wrong } }).problem).toBe(
      'Step 1 is sent at 2027-03-30 09:00 instead of 2027-03-29 09:00.',
    )
  })

  test('says what is sent after something that should have ended it', () => {
    const goesOn = { ...definition, stopWhenStageLeft: false }
    const happens = [{ kind: 'leaves_stage' as const, afterMail: 1, minutes: 5 }]
    const quiet = { ...silent, quietDays: 30 }
    expect(run({ happens, expect: quiet })).toMatchObject({ passed: true })
    expect(run({ happens, expect: quiet }, goesOn).problem).toBe(
      'Step 3 is sent at 2027-04-01 09:00, when nothing should be.',
    )
  })

  test('says how it ended and why', () => {
    const held = {
      ...definition,
      steps: [{ ...email('one'), body: 'Dear {{ contact.lastname }}' }, days('w', 2), email('two')],
    }
    const ends = { status: 'completed' as const }
    expect(run({ expect: { ...silent, ends } }, held).problem).toBe(
      'It should be complete, but is waiting for a person (No value for contact.lastname. Fill it in HubSpot, then try again).',
    )
    const stopped = { status: 'stopped' as const, reason: 'bounced' }
    const happens = [{ kind: 'replies' as const, afterMail: 1, minutes: 5 }]
    expect(run({ happens, expect: { ...silent, ends: stopped } }).problem).toBe(
      'It should be stopped (The mail came back: the address does not take mail), but is stopped (The contact replied).',
    )
  })

  test('an absence puts the next mail off until after the return', () => {
    const happens = [{ kind: 'out_of_office' as const, days: 6, afterMail: 1, minutes: 10 }]
    const sends = [{ step: 'one' }, { step: 'two', at: '2027-04-08T08:50' }]
    const result = run({ happens, expect: { ...silent, sends } })
    expect(result.sends.at(-1)?.at.slice(0, 10)).toBe('2027-04-08')
  })

  test('a zone or a day that does not exist is red, not a fault', () => {
    const problem = 'Its start or time zone does not exist. Correct it.'
    expect(run({ given: { ...given, timeZone: 'Europe/Nowhere' } })).toMatchObject({ passed: false, problem })
    expect(run({ given: { ...given, start: '2027-02-30T10:00' } })).toMatchObject({ passed: false, problem })
  })
})
