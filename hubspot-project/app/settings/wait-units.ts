import type { SpanUnit } from '@stagecue/shared/contract/step-base.ts'

/** The units of a wait, in words. */
export const UNITS: Readonly<Record<SpanUnit, string>> = {
  minutes: 'Minutes',
  hours: 'Hours',
  days: 'Days',
  business_days: 'Business days',
}

export function isUnit(value: unknown): value is SpanUnit {
  return typeof value === 'string' && value in UNITS
}
