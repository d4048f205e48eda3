import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffDefinitions } from '#modules/sequences/diff-definitions.ts'
import { diffText } from '#modules/sequences/diff-text.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import type { SequenceDefinition, Step } from '#shared/contract/sequence.ts'
import { draftable } from '#test/support/sequence-definitions.ts'

const of = (...steps: Step[]): SequenceDefinition => ({ stopWhenStageLeft: true, steps })
const mail = (id: string, subject = 'Hi', body = 'Hello'): Step => ({ id, kind: 'email', subject, body })
const wait = (id: string, amount = 1): Step => ({ id, kind: 'wait', amount, unit: 'days' })
const read = (before: SequenceDefinition, after: SequenceDefinition) =>
  diffDefinitions(before, after).map(({ kind, text, details }) => [kind, text, ...details])

test('steps added, removed, moved and changed are told by their ids', () => {
  const before = of(mail('a', 'First'), wait('w'), mail('b', 'Second'), mail('c', 'Third'))
  const after = of(mail('a', 'First'), mail('c', 'Third'), wait('w', 2), mail('new', 'New', 'Line one\nLine two'))
  expect(read(before, after)).toEqual([
    ['moved', 'Step 3, wait of 2 days: moved from place 2'],
    ['changed', 'Step 3, wait of 1 day: amount changed', 'amount: 1 → 2'],
    ['added', 'Step 4 added: e-mail “New”', '+ Line one', '+ Line two'],
    ['removed', 'Step 3 removed: e-mail “Second”'],
  ])
})

test('of a text the lines that differ are shown, of a rule both values', () => {
  const before = of(mail('a', 'Hi', 'Hello,\n\nold words\n\nBye'))
  const after = { ...of(mail('a', 'Hi', 'Hello,\n\nnew words\nand more\n\nBye')), stopWhenStageLeft: false }
  expect(read(before, { ...after, calendar: { ...ANY_TIME, timeZone: 'Europe/Berlin' } })).toEqual([
    ['changed', 'Stop when the deal leaves the stage', 'yes → no'],
    [
      'changed',
      'Calendar',
      'none → timeZone “Europe/Berlin” windows none businessDays 1, 2, 3, 4, 5 holidays none ownDays none',
    ],
    ['changed', 'Step 1, e-mail “Hi”: text changed', 'text:', '− old words', '+ new words', '+ and more'],
  ])
})

test('steps that steer, variants and rules are told in words', () => {
  const fork = (name: string, leadsTo: string): Step => ({
    id: 'f',
    kind: 'branch',
    arms: [
      { name: 'Clicked', leadsTo, when: { match: 'all', items: [{ subject: 'click', operator: 'has' }] } },
      { name, leadsTo: 'end', when: { match: 'all', items: [{ subject: 'reply', operator: 'is', value: 'none' }] } },
    ],
    otherwise: 'next',
  })
  const tried = (...bodies: string[]): Step => ({
    ...{ id: 'v', kind: 'email', subject: 'Hi', body: 'Hello' },
    variants: bodies.map((body, place) => ({ id: 'ab'[place] ?? 'c', subject: 'Hi', body })),
  })
  const before = of(fork('Silent', 'v'), tried('One', 'Two'))
  const after = {
    ...of(fork('Quiet', 'end'), tried('One', 'Three')),
    stopOnMeeting: false,
    onOwnerChange: 'stop' as const,
  }
  expect(read(before, after)).toEqual([
    ['changed', 'Stop when a meeting is booked', 'as usual (yes) → no'],
    ['changed', 'When the deal gets another owner', 'as usual (hold) → “stop”'],
    [
      'changed',
      'Step 1, branch on “Clicked”, “Silent”: cases “Clicked” leads to, cases “Silent”, cases “Quiet” changed',
      'cases “Clicked” leads to: “v” → “end”',
      expect.stringMatching(/^cases “Silent”: /),
      expect.stringMatching(/^cases “Quiet”: /),
    ],
    ['changed', 'Step 2, e-mail “Hi”: variants “b” text changed', 'variants “b” text: “Two” → “Three”'],
  ])
})

test('a definition differs from itself in nothing, and from another one in something', () => {
  fc.assert(
    fc.property(draftable, draftable, (one, other) => {
      expect(diffDefinitions(one, structuredClone(one))).toEqual([])
      const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
      expect(diffDefinitions(one, other).length === 0).toBe(same)
    }),
    { numRuns: 100 },
  )
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  )
}

test('the lines that differ turn one text into the other, however long they are', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 6 })
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const lines = diffText(one.join('\n'), other.join('\n'))
      const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length
      const lengths = [one, other].map((part) => part.join('\n').split('\n').length)
      expect((lengths[0] ?? 0) - count('−') + count('+')).toBe(lengths[1])
    }),
  )
  expect(diffText('x\n'.repeat(5_000), 'y\n'.repeat(5_000))).toHaveLength(13)
})
