import { nameOf } from './name-of.ts'
import type { Sample } from './read-sample.ts'

/** Whose values they are, for people. */
export function describeSample(sample: Sample | undefined): string {
  if (!sample) return 'Example values'
  const deal = sample.deal.name ? `“${sample.deal.name}”` : `deal ${sample.deal.dealId}`
  return `${nameOf(sample.contact)}, ${deal}`
}
