import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'

/** HubSpot's internal names of the properties that conditions speak of. */
export interface NamedProperties {
  readonly deal: ReadonlySet<string>
  readonly contact: ReadonlySet<string>
}

/** The properties that a policy's branches name. Pure. */
export function namedProperties(policy: Pick<EnrollmentPolicy, 'branches'>): NamedProperties {
  const conditions = policy.branches.flatMap(({ when }) =>
    when.items.flatMap((item) => ('conditions' in item ? item.conditions : [item])),
  )
  const of = (subject: 'deal' | 'contact') =>
    new Set(conditions.filter((condition) => condition.subject === subject).map(({ property }) => property))
  return { deal: of('deal'), contact: of('contact') }
}
