import type { VariantLine } from '#shared/contract/numbers.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { VariantCounts } from './variants-repository.ts'

const NOTHING = { sent: 0, returned: 0, replied: 0, unsubscribed: 0 }

/**
 * The variants of the newest version by name, also those nobody got yet; then those that only older versions have. Pure.
 */
export function describeVariants(
  counts: readonly VariantCounts[],
  definition: SequenceDefinition | null,
): VariantLine[] {
  const left = new Map(counts.map((count) => [keyOf(count), count]))
  const lines: VariantLine[] = []
  const mails = (definition?.steps ?? []).filter((step) => step.kind === 'email')
  for (const [index, step] of mails.entries()) {
    for (const [place, { id, subject }] of (step.variants ?? []).entries()) {
      const of = { stepId: step.id, variantId: id }
      const label = `E-mail ${index + 1}, variant ${'ABCD'[place]}`
      const about = subject.trim()
      lines.push(toLine(left.get(keyOf(of)) ?? { ...NOTHING, ...of }, about ? `${label}: ${about}` : label))
      left.delete(keyOf(of))
    }
  }
  return [...lines, ...[...left.values()].map((count) => toLine(count, 'A variant that is no longer in the sequence'))]
}

function keyOf({ stepId, variantId }: Pick<VariantCounts, 'stepId' | 'variantId'>): string {
  return `${stepId} ${variantId}`
}

function toLine({ returned, ...counts }: VariantCounts, label: string): VariantLine {
  return { ...counts, label, delivered: Math.max(0, counts.sent - returned) }
}
