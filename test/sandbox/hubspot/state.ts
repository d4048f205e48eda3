import { OBJECT_TYPES } from './object-types.ts'
import { standardProperties } from './standard-properties.ts'
import type { CrmRecord, ObjectType, Owner, Pipeline, Portal, User } from './types.ts'

export interface NewPortal {
  portalId: number
  name: string
  domain: string
  timeZone?: string
  utcOffset?: string
  currency?: string
  users: User[]
  owners: Owner[]
  pipelines: Pipeline[]
  /** The first id given to a record that names none. */
  nextId?: number
}

/** A portal without records. `at` (ms) is when its standard properties were made. */
export function emptyPortal(input: NewPortal, at: number): Portal {
  const portal: Portal = {
    portalId: input.portalId,
    name: input.name,
    domain: input.domain,
    timeZone: input.timeZone ?? 'UTC',
    utcOffset: input.utcOffset ?? '+00:00',
    currency: input.currency ?? 'USD',
    users: input.users,
    owners: input.owners,
    pipelines: input.pipelines,
    records: new Map(),
    links: new Map(),
    labels: new Map(),
    properties: new Map(),
    groups: new Map(),
    timeline: new Map(),
    timelineIds: new Set(),
    contactByEmail: new Map(),
    preferences: new Map(),
    nextId: input.nextId ?? 30_000_000_001,
  }
  for (const type of Object.keys(OBJECT_TYPES) as ObjectType[]) {
    portal.records.set(type, new Map())
    portal.properties.set(type, standardProperties(type, at))
    portal.groups.set(type, new Map())
  }
  return portal
}

/** All records of one type, archived ones too. */
export function recordsOf(portal: Portal, type: ObjectType): Map<string, CrmRecord> {
  const records = portal.records.get(type)
  if (!records) throw new Error(`The stand-in keeps no ${type}.`)
  return records
}

/** A live record by id; a merged id leads to the record it was merged into. Null when it is missing or archived. */
export function findRecord(portal: Portal, type: ObjectType, id: string): CrmRecord | null {
  let record = recordsOf(portal, type).get(id)
  // Merges can chain; they cannot form a ring, because a merged record is never merged again.
  while (record?.mergedInto) record = recordsOf(portal, type).get(record.mergedInto)
  return record && record.archivedAt === null ? record : null
}

/** The ids linked to a record in one direction, in the order they were linked. */
export function linkedIds(portal: Portal, from: ObjectType, id: string, to: ObjectType): string[] {
  return [...(portal.links.get(linkKey(from, id, to))?.keys() ?? [])]
}

export function linkKey(from: ObjectType, id: string, to: ObjectType): string {
  return `${from}:${id}>${to}`
}

export function stageOf(portal: Portal, stageId: string | undefined) {
  for (const pipeline of portal.pipelines) {
    const stage = pipeline.stages.find((candidate) => candidate.id === stageId)
    if (stage) return { pipeline, stage }
  }
  return null
}

export function ownerName(portal: Portal, ownerId: string | undefined): string {
  const owner = portal.owners.find((candidate) => candidate.id === ownerId)
  return owner ? `${owner.firstName} ${owner.lastName}` : ''
}

export function contactName(record: CrmRecord): string {
  const name = [record.properties.get('firstname'), record.properties.get('lastname')].filter(Boolean).join(' ')
  return name || record.properties.get('email') || `Contact ${record.id}`
}
