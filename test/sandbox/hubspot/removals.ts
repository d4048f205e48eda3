import { OBJECT_TYPES } from './object-types.ts'
import { iso, touch, write } from './records.ts'
import { linkKey, recordsOf } from './state.ts'
import type { CrmRecord, Fact, ObjectType, Portal, Source } from './types.ts'

/** Puts a record into the recycle bin. Its links stay, as they come back with a restore. */
export function archiveRecord(portal: Portal, record: CrmRecord, by: Source, at: number): Fact[] {
  if (record.archivedAt !== null) return []
  record.archivedAt = at
  const email = record.properties.get('email')
  if (record.type === 'contacts' && email && portal.contactByEmail.get(email) === record.id) {
    portal.contactByEmail.delete(email)
  }
  return [fact('deletion', portal, record, by, at)]
}

export function restoreRecord(portal: Portal, record: CrmRecord, by: Source, at: number): Fact[] {
  if (record.archivedAt === null || record.mergedInto !== null) return []
  record.archivedAt = null
  const email = record.properties.get('email')
  if (record.type === 'contacts' && email) portal.contactByEmail.set(email, record.id)
  touch(record, at)
  return [fact('restore', portal, record, by, at)]
}

/**
 * Merges `loser` into `winner`: empty values are filled, links move, the loser's id keeps resolving to the winner
 * (HubSpot docs, merge). One `merge` fact, none for the links that moved. `asNew`: what stays is a record of its own, with
 * another id, to which both lead (HubSpot docs, webhooks guide: `newObjectId`).
 */
export function mergeRecords(
  portal: Portal,
  winner: CrmRecord,
  loser: CrmRecord,
  by: Source,
  at: number,
  asNew = false,
): Fact[] {
  const merge = mergeInto(portal, winner, loser, by, at)
  if (!asNew) return [merge]
  const id = String(portal.nextId++)
  const properties = new Map(winner.properties).set('hs_object_id', id)
  const record: CrmRecord = { ...winner, id, properties, history: structuredClone(winner.history) }
  recordsOf(portal, winner.type).set(id, record)
  mergeInto(portal, record, winner, by, at)
  return [{ ...merge, newId: id }]
}

type MergeFact = Extract<Fact, { kind: 'merge' }>

function mergeInto(portal: Portal, winner: CrmRecord, loser: CrmRecord, by: Source, at: number): MergeFact {
  let moved = 0
  for (const [name, value] of loser.properties) {
    if (name === 'hs_object_id' || name === 'hs_merged_object_ids' || winner.properties.get(name)) continue
    write(winner, name, value, by, at)
    moved++
  }
  const before = [winner, loser].flatMap(({ properties }) => properties.get('hs_merged_object_ids')?.split(';') ?? [])
  write(winner, 'hs_merged_object_ids', [...new Set([...before, loser.id])].join(';'), by, at)
  for (const other of Object.keys(OBJECT_TYPES) as ObjectType[]) moveLinks(portal, loser, winner, other)
  const email = loser.properties.get('email')
  if (winner.type === 'contacts' && email) portal.contactByEmail.set(email, winner.id)
  loser.archivedAt = at
  loser.mergedInto = winner.id
  touch(winner, at)
  return {
    kind: 'merge',
    portalId: portal.portalId,
    objectType: winner.type,
    objectId: winner.id,
    occurredAt: at,
    source: by,
    mergedIds: [loser.id],
    moved,
  }
}

/** GDPR deletion: nothing of the record is left. HubSpot announces it twice, as a deletion and as a privacy deletion. */
export function eraseRecord(portal: Portal, record: CrmRecord, by: Source, at: number): Fact[] {
  const facts: Fact[] = [fact('privacyDeletion', portal, record, by, at)]
  if (record.archivedAt === null) facts.push(...archiveRecord(portal, record, by, at))
  recordsOf(portal, record.type).delete(record.id)
  portal.timeline.delete(`${record.type}:${record.id}`)
  for (const other of Object.keys(OBJECT_TYPES) as ObjectType[]) {
    for (const id of portal.links.get(linkKey(record.type, record.id, other))?.keys() ?? []) {
      portal.links.get(linkKey(other, id, record.type))?.delete(record.id)
    }
    portal.links.delete(linkKey(record.type, record.id, other))
  }
  return facts
}

function moveLinks(portal: Portal, from: CrmRecord, to: CrmRecord, other: ObjectType) {
  for (const [id, types] of portal.links.get(linkKey(from.type, from.id, other)) ?? []) {
    const forward = portal.links.get(linkKey(to.type, to.id, other)) ?? new Map()
    if (!forward.has(id)) forward.set(id, types)
    portal.links.set(linkKey(to.type, to.id, other), forward)
    const back = portal.links.get(linkKey(other, id, from.type))
    const backTypes = back?.get(from.id)
    if (back && backTypes && !back.has(to.id)) back.set(to.id, backTypes)
    back?.delete(from.id)
  }
  portal.links.delete(linkKey(from.type, from.id, other))
}

function fact(
  kind: 'deletion' | 'restore' | 'privacyDeletion',
  portal: Portal,
  record: CrmRecord,
  by: Source,
  at: number,
) {
  const { portalId } = portal
  return { kind, portalId, objectType: record.type, objectId: record.id, occurredAt: at, source: by } satisfies Fact
}

export const archivedDate = (record: CrmRecord) => (record.archivedAt === null ? undefined : iso(record.archivedAt))
