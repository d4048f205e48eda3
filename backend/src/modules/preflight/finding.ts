import type { PreflightFinding } from '#shared/contract/preflight.ts'

/** Makes the findings of one step; `index` counts from 0, sentences and `step` from 1. */
export function findingsOf(index: number) {
  return (
    severity: PreflightFinding['severity'],
    part: 'subject' | 'body' | null,
    sentence: string,
  ): PreflightFinding => ({
    step: index + 1,
    severity,
    sentence: `Step ${index + 1}: ${sentence}`,
    field: ['definition.steps', index, ...(part ? [part] : [])].join('.'),
  })
}

export type FindingOf = ReturnType<typeof findingsOf>
