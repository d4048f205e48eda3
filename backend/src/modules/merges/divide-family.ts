import type { FamilyMember } from './repository.ts'

export interface Divided {
  /** Go on with the record that stays. */
  readonly move: readonly string[]
  /** Are one too many, or say no more what is true of the record that stays. */
  readonly end: readonly string[]
}

/**
 * Which enrollments of records that became one go on. Nobody is in a sequence twice: of two that run the one that began first
 * goes on, for it is further and repeats no mail; one whose person was in the sequence through the other record, and is not any
 * more, ends. `holds` says whether one may go on with the record that stays; that record's own are judged elsewhere. Pure.
 */
export function divideFamily(
  members: readonly FamilyMember[],
  stays: string,
  holds: (id: string) => boolean = () => true,
): Divided {
  const move: string[] = []
  const end: string[] = []
  for (const group of Map.groupBy(members, ({ key }) => key).values()) {
    const open = group.filter((member) => member.open).sort((one, other) => compare(one, other, stays))
    if (open.every(({ place }) => place === stays)) continue
    const ended = group.filter((member) => !member.open)
    const wasElsewhere = (place: string) => ended.some((member) => member.place !== place)
    const goesOn = open.find(({ id, place }) => place === stays || (!wasElsewhere(place) && holds(id)))
    if (goesOn && goesOn.place !== stays) move.push(goesOn.id)
    end.push(...open.filter((member) => member !== goesOn).map(({ id }) => id))
  }
  return { move, end }
}

/** The older one first; of two that began together that of the record that stays. */
function compare(one: FamilyMember, other: FamilyMember, stays: string): number {
  const byAge = Temporal.Instant.compare(one.enrolledAt, other.enrolledAt)
  return byAge || Number(other.place === stays) - Number(one.place === stays) || (one.id < other.id ? -1 : 1)
}
