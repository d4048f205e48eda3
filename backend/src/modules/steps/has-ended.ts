import type { RunEnrollment } from './run-repository.ts'

/** Whether nothing more is done for a run's enrollment; a mail sent once more may belong to one that is complete. Pure. */
export function hasEnded({ status }: RunEnrollment, { resend }: { readonly resend: boolean }): boolean {
  return status === 'stopped' || (status === 'completed' && !resend)
}
