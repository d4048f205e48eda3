import type { WaitForDealDate, WaitForTime, WaitSpan, WaitStep } from '@stagecue/shared/contract/sequence.ts'

/** What a wait can be, as the editor offers it. */
export const WAIT_KINDS = {
  span: 'For some time',
  time_of_day: 'Until a time of day',
  deal_date: 'Until the deal’s close date',
} as const
export type WaitKind = keyof typeof WAIT_KINDS

/** Where the moment lies, seen from the close date. */
export type Side = 'before' | 'on' | 'after'

/** New values for some fields of a wait; those of another kind are ignored. */
export type WaitPatch = Partial<Pick<WaitSpan, 'amount' | 'unit'> & Pick<WaitForTime, 'time'>> & {
  waitKind?: WaitKind
  /** Days before or after the close date, from 1. */
  distance?: number
  side?: Side
}

const MORNING = '09:00'
const FIRST_DISTANCE = 3

export function isWaitKind(value: unknown): value is WaitKind {
  return typeof value === 'string' && value in WAIT_KINDS
}

export function waitKindOf(step: WaitStep): WaitKind {
  return 'until' in step ? step.until : 'span'
}

export function sideOf({ days }: WaitForDealDate): Side {
  if (days === 0) return 'on'
  return days < 0 ? 'before' : 'after'
}

/** The step with the patch's values. */
export function patchWait(step: WaitStep, patch: WaitPatch): WaitStep {
  const wait = waitOfKind(patch.waitKind ?? waitKindOf(step), step)
  if (!('until' in wait)) return { ...wait, amount: patch.amount ?? wait.amount, unit: patch.unit ?? wait.unit }
  const time = patch.time ?? wait.time
  return wait.until === 'time_of_day' ? { ...wait, time } : { ...wait, time, days: daysOf(wait, patch) }
}

function daysOf(wait: WaitForDealDate, { side = sideOf(wait), distance }: WaitPatch): number {
  if (side === 'on') return 0
  const days = distance ?? (Math.abs(wait.days) || FIRST_DISTANCE)
  return side === 'before' ? -days : days
}

/** The same step as another kind of wait, with values to begin with. */
function waitOfKind(kind: WaitKind, step: WaitStep): WaitStep {
  if (kind === waitKindOf(step)) return step
  const { id } = step
  const time = 'until' in step ? step.time : MORNING
  switch (kind) {
    case 'span':
      return { id, kind: 'wait', amount: 3, unit: 'days' }
    case 'time_of_day':
      return { id, kind: 'wait', until: 'time_of_day', time }
    case 'deal_date':
      return { id, kind: 'wait', until: 'deal_date', property: 'closedate', days: -FIRST_DISTANCE, time }
  }
}

/** Compared by value: the server may give the keys in another order. */
export function sameWait(one: WaitStep, other: WaitStep): boolean {
  if (!('until' in one) || !('until' in other)) {
    return !('until' in one) && !('until' in other) && one.amount === other.amount && one.unit === other.unit
  }
  if (one.until === 'time_of_day' || other.until === 'time_of_day') {
    return one.until === other.until && one.time === other.time
  }
  return one.time === other.time && one.days === other.days && one.property === other.property
}
