import type { WaitStep } from '#shared/contract/sequence.ts'
import type { SpanUnit } from '#shared/contract/step-base.ts'
import type { WaitForStep } from '#shared/contract/step-wait-for.ts'

/** "wait of 2 business days", "wait until 09:00", "wait until 3 days before the close date, 09:00". Pure. */
export function describeWait(step: WaitStep): string {
  if (!('until' in step)) return `wait of ${describeSpanOf(step)}`
  if (step.until === 'time_of_day') return `wait until ${step.time}`
  if (step.days === 0) return `wait until the close date, ${step.time}`
  const side = step.days < 0 ? 'before' : 'after'
  return `wait until ${count(Math.abs(step.days), 'days')} ${side} the close date, ${step.time}`
}

/** "wait for a reply, at most 3 days". Pure. */
export function describeWaitFor(step: WaitForStep): string {
  return `wait for ${describeEvent(step)}, at most ${describeSpanOf(step.timeout)}`
}

/** "a reply", "a change of deal “amount”". Pure. */
export function describeEvent(step: WaitForStep): string {
  if (step.event === 'property') return `${step.condition.subject} “${step.condition.property}”`
  return { reply: 'a reply', click: 'a click', meeting: 'a meeting' }[step.event]
}

/** "2 business days". Pure. */
export function describeSpanOf({ amount, unit }: { readonly amount: number; readonly unit: SpanUnit }): string {
  return count(amount, unit.replace('_', ' '))
}

function count(amount: number, unit: string): string {
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`
}
