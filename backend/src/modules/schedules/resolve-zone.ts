import { readZone } from './read-zone.ts'

/** Zone names as they were found; null or blank where there is none. */
export interface ZoneCandidates {
  readonly sequence: string | null
  readonly contact: string | null
  readonly owner: string | null
  readonly portal: string | null
}

export type ZoneSource = keyof ZoneCandidates | 'utc'

/** The zone whose clock counts, who named it, and a sentence for each name that could not be used. */
export interface ResolvedZone {
  readonly timeZone: string
  readonly source: ZoneSource
  readonly notes: readonly string[]
}

const ORDER = [
  ['sequence', "sequence's"],
  ['contact', "contact's"],
  ['owner', "owner's"],
  ['portal', "account's"],
] as const

/** The first known zone of sequence, contact, owner, portal; UTC when none is known. Pure. */
export function resolveZone(candidates: ZoneCandidates): ResolvedZone {
  const notes: string[] = []
  for (const [source, whose] of ORDER) {
    const text = candidates[source]?.trim()
    if (!text) continue
    const timeZone = readZone(text)
    if (timeZone) return { timeZone, source, notes }
    notes.push(`The ${whose} time zone "${shorten(text)}" is not known, so it is not used.`)
  }
  return { timeZone: 'UTC', source: 'utc', notes }
}

function shorten(text: string): string {
  const characters = [...text]
  return characters.length > 40 ? `${characters.slice(0, 40).join('')}…` : text
}
