import type { RunEnrollment } from './run-repository.ts'

/** What every line of the activity log about a step run names. Pure. */
export function aboutRun(enrollment: RunEnrollment, run: { readonly id: string; readonly position: number }) {
  return {
    dealId: enrollment.dealId,
    contactId: enrollment.hubspotContactId,
    enrollmentId: enrollment.id,
    subjectId: run.id,
    data: { sequence: enrollment.sequenceName, step: run.position + 1, steps: enrollment.stepCount },
  }
}
