import type { StepRunStatus } from '#shared/vocabulary.ts'

/** Whether an enrollment has its step behind it, so that no version makes it happen once more. Pure. */
export function isThrough(status: StepRunStatus): boolean {
  return status === 'sent' || status === 'done' || status === 'skipped' || status === 'unconfirmed'
}
