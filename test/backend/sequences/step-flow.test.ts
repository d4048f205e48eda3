import { expect, test } from 'vitest'
import type { Step } from '#shared/contract/sequence.ts'
import { firstMails, flowProblems, resolveTarget, targetsOf } from '#shared/step-flow.ts'
import { seededRandom } from '#test/support/seeded-random.ts'
import { email, wait } from '#test/support/sending.ts'
import { branch, exit, goTo, waitFor } from '#test/support/steering.ts'

test('a target is the next step, the end, or a later step; nothing else is guessed', () => {
  const ids = ['a', 'b', 'c']
  expect(resolveTarget(ids, 0, 'next')).toBe(1)
  expect(resolveTarget(ids, 2, 'next')).toBe(3)
  expect(resolveTarget(ids, 0, 'end')).toBe(3)
  expect(resolveTarget(ids, 0, 'c')).toBe(2)
  expect(resolveTarget(ids, 2, 'a')).toBeUndefined()
  expect(resolveTarget(ids, 1, 'b')).toBeUndefined()
  expect(resolveTarget(ids, 1, 'gone')).toBeUndefined()
})

test.each<[name: string, steps: Step[], sentences: string[]]>([
  ['a flat list', [email('a'), wait('w', 1), email('b')], []],
  ['arms that come together again', [branch('x', 'b', 'next'), email('a'), goTo('g', 'c'), email('b'), email('c')], []],
  [
    'a target that is gone',
    [branch('x', 'gone', 'next'), email('a')],
    ['Step 1 leads to a step that is not there (“Large”). Choose another one.'],
  ],
  [
    'a way back',
    [email('a'), waitFor('x', { onEvent: 'a' }), email('b')],
    ['Step 2 leads back to step 1 (when it happens). A sequence only goes forward: choose a later step.'],
  ],
  [
    'a step that no way leads to',
    [email('a'), exit('x'), email('b')],
    ['Step 3 is never reached. Lead a step before it here, or remove it.'],
  ],
  [
    'a fork at the end',
    [email('a'), waitFor('x')],
    ['Step 2 decides how it goes on, but nothing follows it. Remove it or add a step after it.'],
  ],
])('%s', (_name, steps, sentences) => {
  expect(flowProblems(steps).map(({ sentence }) => sentence)).toEqual(sentences)
})

test('an e-mail needs its own subject when some way leads to it without one before', () => {
  const steps = [branch('x', 'b', 'next'), email('a'), email('b'), email('c')]
  expect([...firstMails(steps)]).toEqual([1, 2])
  expect([...firstMails([email('a'), email('b')])]).toEqual([0])
})

test('any definition without problems ends, whichever ways are taken, and reaches each step once at most', () => {
  const random = seededRandom(11)
  let sound = 0
  for (let round = 0; round < 3_000; round++) {
    const steps = makeSteps(random)
    if (flowProblems(steps).length > 0) continue
    sound++
    const ids = steps.map(({ id }) => id)
    const reached = new Set<number>()
    for (let walk = 0; walk < 20; walk++) {
      const seen = new Set<number>()
      let position = 0
      while (position < steps.length) {
        expect(seen.has(position)).toBe(false)
        seen.add(position)
        const ways = targetsOf(steps[position] as Step)
        const way = ways[Math.floor(random() * ways.length)]
        position = resolveTarget(ids, position, way?.target ?? 'end') ?? -1
        expect(position).toBeGreaterThan(0)
      }
      for (const place of seen) reached.add(place)
    }
    for (const place of reached) expect(place).toBeLessThan(steps.length)
  }
  expect(sound).toBeGreaterThan(200)
})

/** Up to eight steps that lead anywhere, forward, back or nowhere. */
function makeSteps(random: () => number): Step[] {
  const count = 1 + Math.floor(random() * 8)
  const target = (index: number) => {
    const drawn = random()
    if (drawn < 0.4) return 'next'
    if (drawn < 0.5) return 'end'
    return drawn < 0.9 ? `s${index + 1 + Math.floor(random() * (count - index))}` : `s${Math.floor(random() * count)}`
  }
  return Array.from({ length: count }, (_, index): Step => {
    const id = `s${index}`
    const drawn = random()
    if (drawn < 0.4) return email(id)
    if (drawn < 0.5) return wait(id, 1)
    if (drawn < 0.7) return branch(id, target(index), target(index))
    if (drawn < 0.85) return waitFor(id, { onEvent: target(index), onTimeout: target(index) })
    return drawn < 0.95 ? goTo(id, target(index)) : exit(id)
  })
}
