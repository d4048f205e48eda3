import type { WaitStep } from '#shared/contract/sequence.ts'
import type { SpanUnit } from '#shared/contract/step-base.ts'

/** "wait of 2 business days", "wait until 09:00", "wait until 3 days before the close date, 09:00". Pure. */
export function describeWait(step: WaitStep): string {
  if (!('until' in step)) return `wait of ${describeLength(step)}`
  if (step.until === 'time_of_day') return `wait until ${step.time}`
  if (step.days === 0) return `wait until the close date, ${step.time}`
  const side = step.days < 0 ? 'before' : 'after'
  return `wait until ${count(Math.abs(step.days), 'days')} ${side} the close date, ${step.time}`
}

/** "2 business days". Pure. */
export function describeLength({ amount, unit }: { readonly amount: number; readonly unit: SpanUnit }): string {
  return count(amount, unit.replace('_', ' '))
}

function count(amount: number, unit: string): string {
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`
}
