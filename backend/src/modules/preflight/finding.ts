import type { PreflightFinding } from '#shared/contract/preflight.ts'
import type { Writing } from './list-writings.ts'

/** Makes the findings of one text of a step. */
export function findingsOf({ index, name, field }: Pick<Writing, 'index' | 'name' | 'field'>) {
  return (
    severity: PreflightFinding['severity'],
    part: 'subject' | 'body' | null,
    sentence: string,
  ): PreflightFinding => ({
    step: index + 1,
    severity,
    sentence: `${name}: ${sentence}`,
    field: [field, ...(part ? [part] : [])].join('.'),
  })
}

export type FindingOf = ReturnType<typeof findingsOf>
