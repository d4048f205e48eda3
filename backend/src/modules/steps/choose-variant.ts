import { createHash } from 'node:crypto'
import type { EmailStep, EmailVariant } from '#shared/contract/sequence.ts'

/** 48 bits: the largest number that a JavaScript number and a division keep exact. */
const BYTES = 6

/**
 * The variant of a step that an enrollment gets; undefined for a step without any. By SHA-256 over portal, enrollment and step:
 * the same one at every try and after a crash, about equally often each, and another draw at every step. Pure.
 */
export function chooseVariant(
  step: EmailStep,
  of: { readonly portalId: number; readonly enrollmentId: string },
): EmailVariant | undefined {
  const { variants } = step
  if (!variants || variants.length === 0) return undefined
  const hash = createHash('sha256').update(`${of.portalId}|${of.enrollmentId}|${step.id}`).digest()
  return variants[hash.readUIntBE(0, BYTES) % variants.length]
}
