import type { Step } from '#shared/contract/sequence.ts'

/** A subject and a body that may be sent. */
export interface Writing {
  readonly subject: string
  readonly body: string
  /** The step's place, from 0. */
  readonly index: number
  /** "Step 2", "Step 2, variant B". */
  readonly name: string
  /** Where it stands, counted from 0: `definition.steps.1.variants.1`. */
  readonly field: string
}

/** What may be sent of a step: its variants, or its own subject and body when it has none. Pure. */
export function listWritings(step: Step, index: number): Writing[] {
  if (step.kind !== 'email') return []
  const place = { index, name: `Step ${index + 1}`, field: `definition.steps.${index}` }
  if (!step.variants) return [{ subject: step.subject, body: step.body, ...place }]
  return step.variants.map(({ subject, body }, variant) => ({
    subject,
    body,
    index,
    name: `${place.name}, variant ${'ABCD'[variant]}`,
    field: `${place.field}.variants.${variant}`,
  }))
}
