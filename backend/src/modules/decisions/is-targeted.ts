import type { Target } from '#shared/contract/enrollment-policy.ts'
import type { MemberFacts } from './enrollment-facts.ts'

/**
 * Whether the mapping enrolls this contact of the deal. A deal's only contact counts as its primary one: HubSpot sets a
 * primary association only where somebody chose one.
 */
export function isTargeted(target: Target, contact: MemberFacts, contactCount: number): boolean {
  switch (target.kind) {
    case 'all':
      return true
    case 'primary':
      return contact.primary || contactCount === 1
    case 'labels':
      return target.labels.some((wanted) =>
        contact.labels.some((label) => label.category === wanted.category && label.typeId === wanted.typeId),
      )
  }
}

/** `the primary contact`, `a contact labeled Champion or Buyer`. */
export function describeTarget(target: Target): string {
  if (target.kind === 'all') return 'any contact'
  if (target.kind === 'primary') return 'the primary contact'
  return `a contact labeled ${target.labels.map(({ label }) => label).join(' or ')}`
}
