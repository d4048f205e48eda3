import { expect, test } from 'vitest'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { useReality } from './use-reality.ts'

const agrees = useReality()

/** Waits for a reply, branches on what came back and on the amount, jumps and ends. */
const STEERED: SequenceDefinition = {
  stopWhenStageLeft: false,
  onReply: 'go_on',
  steps: [
    { id: 'hello', kind: 'email', subject: 'Hello', body: 'About {{ deal.name }}' },
    {
      id: 'reply',
      kind: 'wait_for',
      event: 'reply',
      timeout: { amount: 4, unit: 'days' },
      onEvent: 'thanks',
      onTimeout: 'fork',
    },
    { id: 'thanks', kind: 'email', subject: 'Thank you', body: 'For your answer' },
    { id: 'done', kind: 'exit', reason: 'They answered' },
    {
      id: 'fork',
      kind: 'branch',
      arms: [
        {
          name: 'Away',
          when: { match: 'all', items: [{ subject: 'reply', operator: 'is', value: 'automatic' }] },
          leadsTo: 'back',
        },
        {
          name: 'Large',
          when: {
            match: 'all',
            items: [{ subject: 'deal', property: 'amount', type: 'number', operator: 'more_than', value: '1007' }],
          },
          leadsTo: 'large',
        },
      ],
      otherwise: 'small',
    },
    { id: 'back', kind: 'email', subject: 'Welcome back', body: 'Hello again' },
    { id: 'jump', kind: 'go_to', leadsTo: 'look' },
    { id: 'large', kind: 'email', subject: 'A large deal', body: 'Hello again' },
    { id: 'over', kind: 'go_to', leadsTo: 'look' },
    { id: 'small', kind: 'email', subject: 'A small deal', body: 'Hello again' },
    {
      id: 'look',
      kind: 'wait_for',
      event: 'property',
      condition: { subject: 'deal', property: 'amount', type: 'number', operator: 'more_than', value: '1010' },
      timeout: { amount: 2, unit: 'hours' },
      onEvent: 'rich',
      onTimeout: 'end',
    },
    { id: 'rich', kind: 'email', subject: 'Rich', body: 'Bye' },
  ],
}

const PLAIN: SequenceDefinition = {
  stopWhenStageLeft: false,
  steps: [
    { id: 'offer', kind: 'email', subject: 'Our offer', body: 'Hello' },
    { id: 'days', kind: 'wait', amount: 3, unit: 'days' },
    { id: 'soon', kind: 'email', subject: '', body: 'Hello again' },
  ],
}

test('the simulation and reality go the same ways', { timeout: 240_000 }, async () => {
  const mails = await agrees({
    seed: 21,
    deals: 30,
    from: '2026-12-01T08:00:00Z',
    rules: { contactHours: 0, companyMinutes: 0, portalPerDay: 0, sensibleHours: 24 },
    policy: {},
    demo: STEERED,
    proposal: PLAIN,
  })
  const steps = new Set(mails.map(({ step }) => step))
  expect([...steps].sort()).toEqual(['back', 'hello', 'large', 'offer', 'rich', 'small', 'soon', 'thanks'])
})
