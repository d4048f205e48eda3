/** Where an enrollment goes on in another version. */
export interface Place {
  /** Of the new version, from 0. */
  readonly position: number
  /** It is the step the enrollment stands at; otherwise that one is gone. */
  readonly same: boolean
}

interface Step {
  readonly id: string
}

/**
 * The place in `to` of an enrollment that stands at `position` of `from`, by the ids of the steps: the same step, or when it is
 * gone the next later one of `from` that `to` has too and that is not done yet (`done`: ids). Undefined when there is none. Pure.
 */
export function findPlace(
  from: readonly Step[],
  position: number,
  to: readonly Step[],
  done: ReadonlySet<string>,
): Place | undefined {
  const placeOf = new Map(to.map(({ id }, index) => [id, index]))
  const current = from[position]
  if (!current) return undefined
  const same = placeOf.get(current.id)
  if (same !== undefined) return { position: same, same: true }
  for (const { id } of from.slice(position + 1)) {
    const later = placeOf.get(id)
    if (later !== undefined && !done.has(id)) return { position: later, same: false }
  }
  return undefined
}
