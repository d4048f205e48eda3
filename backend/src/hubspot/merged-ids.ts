import { asText } from './read-fields.ts'

/** HubSpot's list of the records that went into one (HubSpot docs, default properties). */
export const MERGED_IDS = 'hs_merged_object_ids'

/** A record that others may have gone into. */
export interface TakesIn {
  /** What those that went into it were called; where a merge gave the record that stays a new id, its own old one is among them. */
  readonly mergedIds: readonly string[]
}

export function readMergedIds(properties: Readonly<Record<string, unknown>>): string[] {
  return asText(properties[MERGED_IDS])?.split(';').filter(Boolean) ?? []
}

/** The record that goes by this id, or into which the one that did was merged: a read by an old id gives that one. */
export function findMerged<T extends TakesIn>(records: ReadonlyMap<string, T>, id: string): T | undefined {
  return records.get(id) ?? [...records.values()].find(({ mergedIds }) => mergedIds.includes(id))
}
