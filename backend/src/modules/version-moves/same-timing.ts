import type { StepOutline } from '#shared/contract/sequence.ts'
import type { Outline } from './repository.ts'

/**
 * Whether a step is due at the same moment in both versions: a mail when it may go out at the same hours, a wait when it waits
 * for the same besides; whether its text, its variants or its
 * approval changed makes no difference. Both come from jsonb, which keeps the keys of an object in one order. Pure.
 */
export function sameTiming(from: Outline, one: StepOutline, to: Outline, other: StepOutline): boolean {
  if (JSON.stringify(from.calendar ?? null) !== JSON.stringify(to.calendar ?? null)) return false
  return one.kind === 'email' ? other.kind === 'email' : JSON.stringify(one) === JSON.stringify(other)
}
