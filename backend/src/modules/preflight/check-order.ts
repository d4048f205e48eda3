import type { PreflightFinding } from '#shared/contract/preflight.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { resolveTarget, targetsOf } from '#shared/step-flow.ts'
import { findingsOf } from './finding.ts'

/** Where a way began that no wait has interrupted: at the enrollment, or at a mail's place. */
type Origin = 'enrollment' | number

/** Mails that some way leads to without a wait before them, in the order of the steps. Pure. */
export function checkOrder(steps: readonly Step[]): PreflightFinding[] {
  const ids = steps.map(({ id }) => id)
  const origins = new Map<number, Set<Origin>>([[0, new Set<Origin>(['enrollment'])]])
  const findings: PreflightFinding[] = []
  for (const [index, step] of steps.entries()) {
    const here = origins.get(index) ?? new Set<Origin>()
    if (step.kind === 'email' && here.size > 0) findings.push(atOnce(index, here))
    const onward = step.kind === 'email' ? new Set<Origin>([index]) : isWait(step) ? new Set<Origin>() : here
    for (const { target } of targetsOf(step)) {
      // Targets lead forward only, so every way to a step is known when its turn comes.
      const place = resolveTarget(ids, index, target)
      if (place !== undefined) origins.set(place, new Set([...(origins.get(place) ?? []), ...onward]))
    }
  }
  return findings
}

function atOnce(index: number, origins: ReadonlySet<Origin>): PreflightFinding {
  const found = findingsOf({ index, name: `Step ${index + 1}`, field: `definition.steps.${index}` })
  if (origins.has('enrollment')) {
    const advice = 'With a wait of some minutes before it, a deal that was moved by mistake can be moved back.'
    return found('warning', null, `it goes out at once. ${advice}`)
  }
  const mails = [...origins].map((origin) => Number(origin) + 1).join(' or ')
  return found('warning', null, `nothing waits between it and the e-mail of step ${mails}. Add a wait between them.`)
}

/** A wait for a moment or an event may be over already, but somebody chose it. */
function isWait(step: Step): boolean {
  if (step.kind === 'wait_for') return true
  return step.kind === 'wait' && ('until' in step || step.amount > 0)
}
