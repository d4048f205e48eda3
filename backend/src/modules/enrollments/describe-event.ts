import { describeDemand } from '#modules/decisions/describe-condition.ts'
import type { WaitForStep } from '#shared/contract/step-wait-for.ts'
import { describeLength } from './describe-wait.ts'

const WORDS = {
  reply: { awaited: 'a reply', came: 'The contact replied', missed: 'No reply came' },
  click: { awaited: 'a click', came: 'The contact clicked a link', missed: 'No link was clicked' },
  meeting: { awaited: 'a meeting', came: 'A meeting was booked', missed: 'No meeting was booked' },
} as const

/** "wait for a reply, at most 3 days", "wait until deal “amount” is at least 10000, at most 3 days". Pure. */
export function describeWaitFor(step: WaitForStep): string {
  const most = `at most ${describeLength(step.timeout)}`
  if (step.event === 'property') return `wait until ${describeDemand(step.condition, true)}, ${most}`
  return `wait for ${WORDS[step.event].awaited}, ${most}`
}

/** "Waiting for a reply until Mon 30 Nov, 09:00." `until` is a moment in words. Pure. */
export function describeWaiting(step: WaitForStep, until: string): string {
  if (step.event !== 'property') return `Waiting for ${WORDS[step.event].awaited} until ${until}.`
  return `Waiting until ${until}, or until ${describeDemand(step.condition, true)}.`
}

/** "A meeting was booked", without a full stop. Pure. */
export function describeCame(step: WaitForStep): string {
  if (step.event === 'property') return `The condition is met: ${describeDemand(step.condition, true)}`
  return WORDS[step.event].came
}

/** "No meeting was booked within 3 days", without a full stop. Pure. */
export function describeMissed(step: WaitForStep): string {
  const within = `within ${describeLength(step.timeout)}`
  if (step.event !== 'property') return `${WORDS[step.event].missed} ${within}`
  return `The condition was not met ${within}: ${describeDemand(step.condition, true)}`
}
