import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createDemoClock, keepAhead, readAhead } from '../../scripts/demo/demo-clock.ts'
import { moveClock } from '../../scripts/demo/move-clock.ts'

const START = Temporal.Instant.from('2026-11-23T09:00:00Z')
const at = (hours: number) => START.add({ hours })

/** An app with steps at these hours; each takes two looks to be done, and `plans` may plan another. */
function app(hours: number[], plans: (done: number) => number[] = () => []) {
  let now = START
  let planned = [...hours]
  let seenBusy = 0
  const done: { due: number; at: number }[] = []
  const hoursNow = () => now.since(START).total('hours')
  const parts = {
    clock: () => now,
    sleep: async () => {},
    jump: async (to: Temporal.Instant) => {
      now = to
    },
    look: async () => {
      const due = planned.filter((hour) => hour <= hoursNow())
      if (due.length > 0 && seenBusy++ < 2) return { quiet: false, nextStepAt: null }
      seenBusy = 0
      done.push(...due.map((hour) => ({ due: hour, at: hoursNow() })))
      planned = [...planned.filter((hour) => !due.includes(hour)), ...due.flatMap(plans)].sort((a, b) => a - b)
      return { quiet: !planned.some((hour) => hour <= hoursNow()), nextStepAt: nextOf(planned) }
    },
  }
  const nextOf = (list: number[]) => (list[0] === undefined ? null : at(list[0]))
  return { parts, done, now: () => hoursNow() }
}

test.each([
  ['nothing is planned', [], 24, []],
  ['a step lies behind the end', [30], 24, []],
  ['steps lie on the way', [2, 3, 30], 24, [2, 3]],
  ['a step is due at the end', [24], 24, [24]],
  ['a step is due now', [0], 1, [0]],
])('every step on the way is done at its own moment: %s', async (_what, planned, target, expected) => {
  const { parts, done, now } = app(planned)
  expect(await moveClock(parts, at(target))).toBe(true)
  expect(now()).toBe(target)
  expect(done).toEqual(expected.map((due) => ({ due, at: due })))
})

test('a step that the way itself plans is not jumped over', async () => {
  const { parts, done } = app([1], (hour) => (hour < 100 ? [hour + 5] : []))
  expect(await moveClock(parts, at(20))).toBe(true)
  expect(done.map(({ at: when }) => when)).toEqual([1, 6, 11, 16])
})

test('an app that stays busy ends the move where it is', async () => {
  const { parts, now } = app([])
  const looks: number[] = []
  const busy = {
    ...parts,
    look: async () => {
      looks.push(now())
      return { quiet: now() < 24, nextStepAt: at(24) }
    },
  }
  expect(await moveClock(busy, at(48))).toBe(false)
  expect(now()).toBe(24)
  expect(looks.length).toBeLessThan(400)
})

test('the clock runs on from where it was put, and never back', () => {
  let real = START
  const clock = createDemoClock(() => real, 0)
  clock.setAhead(3_600_000)
  real = real.add({ minutes: 5 })
  expect(clock.read().toString()).toBe('2026-11-23T10:05:00Z')
  expect(() => clock.setAhead(3_599_999)).toThrow('The demo’s clock only moves forward.')
})

test('the demo remembers how far its clock was', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'stagecue-clock-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  expect(readAhead(dataDir)).toBe(0)
  keepAhead(dataDir, 86_400_001)
  expect(readAhead(dataDir)).toBe(86_400_001)
})
