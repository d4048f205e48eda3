import type { Place } from '@stagecue/shared/contract/place.ts'

/**
 * The list that lines of text mean: a name that was there keeps its id, and so does one that only changed at its place; every
 * other is new.
 */
export function placesOf(text: string, before: readonly Place[], makeId: () => string): Place[] {
  const names = text
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' ').slice(0, 60))
    .filter((name) => name !== '')
  const same = (name: string) => before.find((place) => place.name.toLowerCase() === name.toLowerCase())
  const renames = names.length === before.length
  return names.map((name, index) => {
    const known = same(name)
    if (known) return { id: known.id, name }
    const there = before[index]
    const gone = there && !names.some((other) => other.toLowerCase() === there.name.toLowerCase())
    return { id: renames && gone ? there.id : makeId().slice(0, 40), name }
  })
}

/** HubSpot's stages that lead to each place, by the place's id. */
export type StagesByPlace = Readonly<Record<string, NonNullable<Place['stages']>>>

export function stagesOf(places: readonly Place[]): StagesByPlace {
  return Object.fromEntries(places.map(({ id, stages = [] }) => [id, stages]))
}

export function withStages(places: readonly Place[], stages: StagesByPlace): Place[] {
  return places.map((place) => ({ ...place, stages: stages[place.id] ?? [] }))
}
