import { expect, test } from 'vitest'
import { forecastSteps } from '#modules/enrollments/forecast-steps.ts'
import { nextLook } from '#modules/enrollments/next-look.ts'
import { planStep } from '#modules/enrollments/plan-step.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { email, wait } from '#test/support/sending.ts'
import { branch, exit, goTo, waitFor } from '#test/support/steering.ts'

const AT = Temporal.Instant.from('2026-11-23T09:00Z')
const FACTS = { contactTimeZone: null, ownerTimeZone: null, portalTimeZone: 'Europe/Berlin', closeDate: null }
const plan = (step: Step, remaining?: number) =>
  planStep({ definition: { steps: [step] }, position: 0, at: AT, facts: FACTS, remaining: remaining ?? null })

test('a wait for an event has a deadline like a wait; a reply is not looked for, everything else at once', () => {
  const deadline = AT.add({ hours: 72 })
  expect(plan(waitFor('w'))).toMatchObject({ kind: 'wait_for', dueAt: deadline, deadline })
  expect(plan(waitFor('w', { event: 'meeting' }))).toMatchObject({ dueAt: AT, deadline })
  expect(plan(waitFor('w', { event: 'meeting' }), 60_000)).toMatchObject({ deadline: AT.add({ minutes: 1 }) })
})

test('what steers is done at once', () => {
  for (const step of [branch('x', 'end', 'next'), goTo('g', 'end'), exit('e')]) {
    expect(plan(step)).toMatchObject({ status: 'scheduled', dueAt: AT, deadline: null })
  }
})

test('looks come every quarter of an hour, after six hours every hour, and never after the deadline', () => {
  const wait = { portalId: 7, since: AT, deadline: AT.add({ hours: 24 }) }
  const looks: number[] = []
  for (let now = AT; Temporal.Instant.compare(now, wait.deadline) < 0; ) {
    const next = nextLook({ event: 'meeting' }, wait, now)
    looks.push(Math.round((next.epochMilliseconds - now.epochMilliseconds) / 60_000))
    now = next
  }
  expect(looks.slice(1, 24)).toEqual(Array.from({ length: 23 }, () => 15))
  expect(looks.filter((minutes) => minutes === 60).length).toBeGreaterThan(15)
  expect(looks.reduce((sum, minutes) => sum + minutes, 0)).toBe(24 * 60)
  expect(nextLook({ event: 'click' }, wait, AT)).toEqual(wait.deadline)
})

test('the looks of a portal fall together, those of another portal do not', () => {
  const deadline = AT.add({ hours: 24 })
  const look = (portalId: number, minutes: number) =>
    nextLook({ event: 'property' }, { portalId, since: AT, deadline }, AT.add({ minutes }))
  expect(look(7, 1)).toEqual(look(7, 9))
  expect(look(7, 1)).not.toEqual(look(8, 1))
})

test('a forecast follows jumps and ends where nobody knows how it goes on', () => {
  const kinds = (...steps: Step[]) =>
    forecastSteps({ steps }, { position: 0, dueAt: AT }, FACTS).map(({ stepId }) => stepId)
  expect(kinds(email('a'), goTo('g', 'c'), email('b'), wait('c', 1), email('d'))).toEqual(['g', 'c', 'd'])
  expect(kinds(email('a'), wait('w', 1), branch('x', 'b', 'next'), email('b'))).toEqual(['w', 'x'])
  expect(kinds(email('a'), waitFor('w'), email('b'))).toEqual(['w'])
  expect(kinds(email('a'), exit('e'), email('b'))).toEqual(['e'])
  expect(kinds(waitFor('w'), email('b'))).toEqual([])
})
