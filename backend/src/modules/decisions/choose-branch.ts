import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { Records } from './evaluate-condition.ts'
import { evaluateConditions } from './evaluate-conditions.ts'

/** Where one contact of a deal goes. */
export interface Choice {
  /** `unknown`: a branch could not be told, so nobody may guess whether it applies. */
  readonly kind: 'sequence' | 'nobody' | 'no_branch' | 'unknown'
  readonly sequenceId: string | null
  readonly branch: string | null
  readonly trace: readonly TraceLine[]
  /** What would change the choice, in words, nearest first; empty when no condition would. */
  readonly changes: readonly string[]
}

/**
 * The first branch whose conditions are met. One that cannot be told ends the search: to skip it could mail somebody whom an
 * admin wanted left out, e.g. after the property of a “nobody” branch was deleted in HubSpot.
 */
export function chooseBranch(policy: EnrollmentPolicy, mappedSequenceId: string | null, records: Records): Choice {
  const trace: TraceLine[] = []
  let nearest: { readonly name: string; readonly changes: readonly string[] } | undefined
  for (const branch of policy.branches) {
    const { result, lines, changes, unknown } = evaluateConditions(branch.when, records, `Branch “${branch.name}”`)
    trace.push(...lines)
    if (result === 'unknown') {
      return { kind: 'unknown', sequenceId: null, branch: branch.name, trace, changes: unknown }
    }
    if (result === 'met') {
      const kind = branch.sequenceId === null ? 'nobody' : 'sequence'
      return { kind, sequenceId: branch.sequenceId, branch: branch.name, trace, changes }
    }
    const nearer = nearest === undefined || changes.length < nearest.changes.length
    if (branch.sequenceId !== null && nearer) nearest = { name: branch.name, changes }
  }
  if (policy.otherwise === 'mapped_sequence' && mappedSequenceId !== null) {
    return { kind: 'sequence', sequenceId: mappedSequenceId, branch: null, trace, changes: [] }
  }
  return {
    kind: 'no_branch',
    sequenceId: null,
    branch: nearest?.name ?? null,
    trace,
    changes: nearest?.changes ?? [],
  }
}
