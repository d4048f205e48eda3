import { expect, test } from 'vitest'
import { checkDraft, checkPublishable } from '#modules/sequences/check-definition.ts'
import type { SequenceDefinition, Step } from '#shared/contract/sequence.ts'
import { tools } from '#test/support/configured-portal.ts'
import { email, wait } from '#test/support/sending.ts'
import { branch, exit, goTo, LARGE, variants, waitFor } from '#test/support/steering.ts'

const of = (...steps: Step[]): SequenceDefinition => ({ stopWhenStageLeft: true, steps })

const spare = { id: 'b', subject: '', body: '' }

test('a sequence with every kind of step can be published', () => {
  const steps = [
    variants('a'),
    waitFor('w', { onEvent: 'x', onTimeout: 'next' }),
    wait('d', 2),
    email('b', ''),
    branch('x', 'c', 'next'),
    exit('e'),
    email('c', ''),
    goTo('g', 'end'),
  ]
  expect(() => checkPublishable(of(...steps), tools)).not.toThrow()
})

test.each<[what: string, steps: Step[], sentence: RegExp, field: string]>([
  ['a target that is gone', [branch('x', 'gone', 'next'), email('a')], /^Step 1 leads to a step that is/, 'steps.0'],
  ['a way back', [email('a'), goTo('g', 'a')], /^Step 2 leads back to step 1/, 'steps.1'],
  ['a step nobody reaches', [email('a'), exit('x'), email('b')], /^Step 3 is never reached/, 'steps.2'],
  ['a fork with nothing behind it', [email('a'), branch('x', 'end', 'next')], /^Step 2 decides/, 'steps.1'],
  [
    'a comparison that does not fit its type',
    [branch('x', 'end', 'next', { ...LARGE, operator: 'contains' } as typeof LARGE), email('a')],
    /^Step 1, “Large”, property “amount”: this comparison/,
    'steps.0.arms.0.when.items.0',
  ],
  [
    'a value that cannot be read',
    [waitFor('w', { event: 'property', condition: { ...LARGE, value: 'a lot' } as never, onEvent: 'end' }), email('a')],
    /^Step 1, property “amount”: “a lot” is not a number/,
    'steps.0.condition',
  ],
  [
    'a first mail without a subject on one of the ways',
    [branch('x', 'b', 'next'), email('a'), email('b', '')],
    /^Step 3 has no subject/,
    'steps.2.subject',
  ],
  [
    'a variant without a text',
    [{ ...variants('a'), variants: [{ id: 'a', subject: 'Hi', body: 'Hi' }, spare] } as Step],
    /^Variant B of step 1 has no subject/,
    'steps.0.variants.1.subject',
  ],
])('%s keeps a sequence from being published', (_what, steps, sentence, field) => {
  expect(() => checkDraft(of(...steps), tools)).not.toThrow()
  expect(() => checkPublishable(of(...steps), tools)).toThrow(
    expect.objectContaining({ message: expect.stringMatching(sentence), field: `definition.${field}` }),
  )
})

test.each<[what: string, steps: Step[], sentence: RegExp]>([
  ['the id of a target', [email('next')], /^Step 1 has an id that means something else/],
  ['a character Postgres cannot keep', [email('a'), exit('x', 'nul \0')], /^Step 2: a text contains a character/],
  [
    'two variants with one id',
    [{ ...variants('a'), variants: [spare, spare] } as Step],
    /^Step 1 has two variants with the same id/,
  ],
  [
    'a variant with a wrong merge field',
    [{ ...variants('a'), variants: [{ id: 'a', subject: 'Hi', body: '{{ wrong }}' }, spare] } as Step],
    /^Variant A of step 1: The body uses/,
  ],
])('a draft cannot have %s', (_what, steps, sentence) => {
  expect(() => checkDraft(of(...steps), tools)).toThrow(
    expect.objectContaining({ message: expect.stringMatching(sentence) }),
  )
})
