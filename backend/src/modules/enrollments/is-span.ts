import type { EmailStep, WaitSpan, WaitStep } from '#shared/contract/sequence.ts'

/** Whether a step waits for some time, of which something can be left over; a wait until a moment has nothing left. Pure. */
export function isSpan(step: Pick<EmailStep, 'kind'> | WaitStep | undefined): step is WaitSpan {
  return step?.kind === 'wait' && !('until' in step)
}
