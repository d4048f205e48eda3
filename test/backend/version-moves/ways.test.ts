import { expect, test } from 'vitest'
import type { HeldFor } from '#db/tables.ts'
import { judgeMove, type MoveQuestion } from '#modules/version-moves/judge-move.ts'

const NOW = Temporal.Instant.from('2026-11-23T09:00:00Z')
type Outline = MoveQuestion['to']

/** Steps by id; one with a kind of its own stands for whatever leads to another step than the next. */
const outline = (version: number, ...steps: (string | [id: string, kind: string])[]): Outline => ({
  version,
  calendar: null,
  stopWhenStageLeft: true,
  steps: steps.map((step) => {
    const [id, kind] = typeof step === 'string' ? [step, 'email'] : step
    return { id, kind, subject: 'Hi' } as Outline['steps'][number]
  }),
})

const run = (stepId: string, status: 'sent' | 'scheduled') => ({
  ...{ id: stepId, enrollmentId: 'e', stepId, kind: 'email', epoch: 1, status, dueAt: NOW, plannedFor: NOW, why: '' },
  ...{ heldFor: null, deadline: null },
})

const ENROLLMENT: MoveQuestion['enrollment'] = {
  ...{ id: 'e', version: 1, status: 'active', stepPosition: 1, pausedRemaining: null, pausedUntil: null },
  ...{ reachedAt: NOW, sequenceName: 'S', dealId: '1', dealName: null, hubspotContactId: '2', contactName: 'Ada' },
  ...{ contactTimeZone: null, ownerTimeZone: null, portalTimeZone: null, closeDate: null },
}

const judge = (from: Outline, to: Outline) =>
  judgeMove({
    from,
    to,
    now: NOW,
    runs: [run('a', 'sent'), run('b', 'scheduled')],
    enrollment: ENROLLMENT,
  }).kind

test.each(['branch', 'wait_for', 'go_to', 'exit'])('with a %s only the same step is a place to go on', (kind) => {
  const from = outline(1, 'a', 'b', 'c', ['way', kind], 'd')
  expect(judge(from, outline(2, 'a', 'b', 'c', ['way', kind]))).toBe('moves')
  expect(judge(from, outline(2, 'a', 'c', ['way', kind]))).toBe('stays')
  expect(judge(from, outline(2, 'b', 'c', 'a'))).toBe('stays')
  expect(judge(outline(1, 'a', 'b', 'c'), outline(2, 'a', 'c', ['way', kind]))).toBe('stays')
  expect(judge(outline(1, 'a', 'b', 'c'), outline(2, 'a', 'c'))).toBe('moves')
})

test.each([
  ['wait_for', 'scheduled', null, /waits for an event/],
  ['wait_for', 'canceled', null, /waits for an event/],
  ['task', 'held', 'task', /at a task in HubSpot/],
  ['task', 'scheduled', null, /at a task in HubSpot/],
  ['email', 'held', 'approval', /waits for a person’s approval/],
] as const)('at a %s that is %s it stays where it is (%s)', (kind, status, heldFor: HeldFor | null, why) => {
  const from = outline(1, 'a', ['b', kind], 'c')
  const here = { ...run('b', 'scheduled'), kind, status, heldFor }
  const ask = (paused: boolean) =>
    judgeMove({
      ...{ from, to: outline(2, 'x', 'a', ['b', kind], 'c'), now: NOW, runs: [run('a', 'sent'), here] },
      enrollment: { ...ENROLLMENT, status: paused ? 'paused' : 'active' },
    })
  expect(ask(false)).toMatchObject({ kind: 'stays', why: expect.stringMatching(why) })
  expect(ask(true)).toMatchObject({ kind: 'stays', why: expect.stringMatching(why) })
})
