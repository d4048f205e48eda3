import { expect, test } from 'vitest'
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
})

const judge = (from: Outline, to: Outline) =>
  judgeMove({
    from,
    to,
    now: NOW,
    runs: [run('a', 'sent'), run('b', 'scheduled')],
    enrollment: {
      ...{ id: 'e', version: 1, status: 'active', stepPosition: 1, pausedRemaining: null, pausedUntil: null },
      ...{ reachedAt: NOW, sequenceName: 'S', dealId: '1', dealName: null, hubspotContactId: '2', contactName: 'Ada' },
      ...{ contactTimeZone: null, portalTimeZone: null, closeDate: null },
    },
  }).kind

test.each(['branch', 'wait_for', 'go_to', 'exit'])('with a %s only the same step is a place to go on', (kind) => {
  const from = outline(1, 'a', 'b', 'c', ['way', kind], 'd')
  expect(judge(from, outline(2, 'a', 'b', 'c', ['way', kind]))).toBe('moves')
  expect(judge(from, outline(2, 'a', 'c', ['way', kind]))).toBe('stays')
  expect(judge(from, outline(2, 'b', 'c', 'a'))).toBe('stays')
  expect(judge(outline(1, 'a', 'b', 'c'), outline(2, 'a', 'c', ['way', kind]))).toBe('stays')
  expect(judge(outline(1, 'a', 'b', 'c'), outline(2, 'a', 'c'))).toBe('moves')
})
