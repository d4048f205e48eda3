import type { PreflightFinding } from '#shared/contract/preflight.ts'
import type { Step, WaitStep } from '#shared/contract/sequence.ts'
import { findingsOf } from './finding.ts'

/** What is wrong with the order of steps: mails without a wait before them. Pure. */
export function checkOrder(steps: readonly Step[]): PreflightFinding[] {
  const findings: PreflightFinding[] = []
  let waited = false
  let mailBefore: number | undefined
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'wait') {
      waited ||= isWait(step)
      continue
    }
    if (!waited) {
      findings.push(
        findingsOf(index)(
          'warning',
          null,
          mailBefore === undefined
            ? 'it goes out at once. With a wait of some minutes before it, a deal that was moved by mistake can be moved back.'
            : `nothing waits between it and the e-mail of step ${mailBefore + 1}. Add a wait between them.`,
        ),
      )
    }
    waited = false
    mailBefore = index
  }
  return findings
}

/** A wait for a moment may be over already, but somebody chose it. */
function isWait(step: WaitStep): boolean {
  return 'until' in step || step.amount > 0
}
