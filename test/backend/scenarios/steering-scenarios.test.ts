import { expect, test } from 'vitest'
import { runScenario } from '#modules/scenarios/run-scenario.ts'
import { usualScenarios } from '#modules/scenarios/usual-scenarios.ts'
import type { Scenario } from '#shared/contract/scenario.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'

const email = (id: string) => ({ id, kind: 'email' as const, subject: `Mail ${id}`, body: 'Hello' })

/** A reply within three days gets thanks and ends; without one, large deals get another mail than small ones. */
const definition: SequenceDefinition = {
  stopWhenStageLeft: true,
  steps: [
    email('hello'),
    {
      id: 'reply',
      kind: 'wait_for',
      event: 'reply',
      timeout: { amount: 3, unit: 'days' },
      onEvent: 'thanks',
      onTimeout: 'fork',
    },
    email('thanks'),
    { id: 'done', kind: 'exit', reason: 'They answered' },
    {
      id: 'fork',
      kind: 'branch',
      arms: [
        {
          name: 'Large',
          when: {
            match: 'all',
            items: [{ subject: 'deal', property: 'amount', type: 'number', operator: 'more_than', value: '10000' }],
          },
          leadsTo: 'large',
        },
        {
          name: 'Partner',
          when: {
            match: 'all',
            items: [{ subject: 'contact', property: 'partner', type: 'boolean', operator: 'is', value: 'true' }],
          },
          leadsTo: 'end',
        },
      ],
      otherwise: 'small',
    },
    email('large'),
    { id: 'over', kind: 'go_to', leadsTo: 'end' },
    email('small'),
  ],
}

const given: Scenario['given'] = {
  start: '2027-02-02T10:00',
  timeZone: 'Europe/Berlin',
  deal: { name: 'E', amount: '500' },
}
const run = (changes: Partial<Scenario>, sends: string[]) =>
  runScenario(definition, {
    name: 'Mine',
    given,
    expect: { sends: sends.map((step) => ({ step })), ends: { status: 'completed' } },
    ...changes,
  })

test('the usual scenarios pass for a sequence that steers; what a reply does is left to its author', () => {
  const usual = usualScenarios(definition)
  expect(usual.length).toBeGreaterThanOrEqual(8)
  expect(usual.map(({ name }) => name)).not.toContain('The contact replies to the first mail')
  expect(usual.map((one) => runScenario(definition, one)).filter(({ passed }) => !passed)).toEqual([])
})

test('a story goes the way that its values and answers lead', () => {
  expect(run({}, ['hello', 'small'])).toMatchObject({ passed: true })
  expect(run({ given: { ...given, deal: { amount: '20000' } } }, ['hello', 'large'])).toMatchObject({ passed: true })
  const partner = { ...given, contact: { properties: [{ property: 'partner', value: 'true' }] } }
  expect(run({ given: partner }, ['hello'])).toMatchObject({ passed: true })
  const replies = [{ kind: 'replies' as const, afterMail: 1, minutes: 60 }]
  expect(run({ happens: replies }, ['hello', 'thanks'])).toMatchObject({ passed: true })
  expect(run({ happens: replies }, ['hello', 'small']).problem).toBe(
    'Step 3 is sent at 2027-02-02 11:00 where Step 8 should be.',
  )
})

test('a sequence that waits for meetings for years is played within moments', () => {
  const waits = Array.from({ length: 14 }, (_, place) => [
    email(`mail-${place}`),
    {
      ...{ id: `wait-${place}`, kind: 'wait_for' as const, event: 'meeting' as const },
      ...{ timeout: { amount: 365, unit: 'days' as const }, onEvent: 'next', onTimeout: 'next' },
    },
  ])
  const patient: SequenceDefinition = { stopWhenStageLeft: true, steps: [...waits.flat(), email('last')] }
  const [nobodyAnswers] = usualScenarios(patient)
  if (!nobodyAnswers) throw new Error('there are usual scenarios')
  expect(nobodyAnswers.expect.sends).toHaveLength(15)
  const results = Array.from({ length: 10 }, () => runScenario(patient, nobodyAnswers))
  expect(results.filter(({ passed }) => !passed)).toEqual([])
}, 5_000)
