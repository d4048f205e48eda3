import type { EnrollmentPolicy } from './contract/enrollment-policy.ts'

/** What every mapping did before it had a policy, and does until an admin changes it. */
export const DEFAULT_POLICY: EnrollmentPolicy = {
  target: { kind: 'all' },
  branches: [],
  otherwise: 'mapped_sequence',
  dwellMinutes: 0,
  passingThrough: 'nobody',
  movingBack: 'enroll',
  reEntry: 'once_at_a_time',
  coolDownDays: 0,
  exclusive: false,
  bulkLimit: null,
}
