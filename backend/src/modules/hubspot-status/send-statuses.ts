import { type AppError, isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { ensureProperties } from '#hubspot/properties-ensure.ts'
import { writeProperties } from '#hubspot/properties-write.ts'
import { chooseStatus, type RecordEnrollment } from './choose-status.ts'
import { listEnrollmentFacts, listMergedWrites, type PendingWrite, type SettledWrite } from './repository.ts'
import { STATUS_GROUP, STATUS_PROPERTIES, type StatusValues } from './status-properties.ts'

export interface SendResult {
  readonly settled: readonly SettledWrite[]
  /** Of records that went into others: there is nothing to write. */
  readonly dropped: readonly PendingWrite[]
  /** HubSpot has our properties, as far as we know now. */
  readonly propertiesKnown: boolean
  /** What stopped us before the rest; undefined when every one was settled. */
  readonly stoppedBy: AppError | undefined
}

const OBJECTS = { contact: 'contacts', deal: 'deals' } as const

/**
 * Writes the newest values of these records, making our properties first where HubSpot may lack them. A record whose values
 * HubSpot has already costs no call. When HubSpot refuses a batch although the properties should be there, somebody may have
 * deleted them: the next pass looks, before any record counts as refused.
 */
export async function sendStatuses(
  deps: Pick<Deps, 'db' | 'hubspot'>,
  portalId: number,
  asked: readonly PendingWrite[],
  propertiesKnown: boolean,
): Promise<SendResult> {
  const { values, merged } = await readValues(deps, portalId, asked)
  const dropped = asked.filter((write) => merged.has(keyOf(write)))
  const writes = asked.filter((write) => !merged.has(keyOf(write)))
  const settled: SettledWrite[] = []
  try {
    if (!propertiesKnown && writes.length > 0) await makeProperties(deps, portalId)
  } catch (error) {
    if (!isAppError(error)) throw error
    return { settled, dropped, propertiesKnown: false, stoppedBy: error }
  }
  for (const objectType of ['contact', 'deal'] as const) {
    const known = (write: PendingWrite) => values.get(keyOf(write)) ?? chooseStatus([])
    const own = writes.filter((write) => write.objectType === objectType)
    const same = own.filter((write) => isSame(write.value, known(write)))
    settled.push(...same.map((write) => ({ ...write, value: known(write), reason: null })))
    const other = own.filter((write) => !same.includes(write))
    const inputs = other.map((write) => ({ id: write.objectId, properties: known(write) }))
    const halve = !propertiesKnown
    const result = await writeProperties(deps.hubspot, portalId, OBJECTS[objectType], inputs, { halve })
    settled.push(...pickSettled(other, known, result))
    if (!result.stoppedBy) continue
    const looksAgain = propertiesKnown && result.stoppedBy.code === 'hubspot_rejected'
    if (looksAgain) return { settled, dropped, propertiesKnown: false, stoppedBy: undefined }
    return { settled, dropped, propertiesKnown: true, stoppedBy: result.stoppedBy }
  }
  return { settled, dropped, propertiesKnown: true, stoppedBy: undefined }
}

async function makeProperties(deps: Pick<Deps, 'hubspot'>, portalId: number): Promise<void> {
  for (const objectType of Object.values(OBJECTS)) {
    await ensureProperties(deps.hubspot, portalId, objectType, STATUS_GROUP, STATUS_PROPERTIES)
  }
}

async function readValues(
  deps: Pick<Deps, 'db'>,
  portalId: number,
  writes: readonly PendingWrite[],
): Promise<{ values: Map<string, StatusValues>; merged: Set<string> }> {
  const idsOf = (type: PendingWrite['objectType']) =>
    writes.filter(({ objectType }) => objectType === type).map(({ objectId }) => objectId)
  const of = { contactIds: idsOf('contact'), dealIds: idsOf('deal') }
  const { facts, merged } = await inPortal(deps.db, portalId, async (trx) => ({
    facts: await listEnrollmentFacts(trx, portalId, of),
    merged: await listMergedWrites(trx, portalId, writes),
  }))
  const byRecord = new Map<string, RecordEnrollment[]>()
  for (const fact of facts) byRecord.set(keyOf(fact), [...(byRecord.get(keyOf(fact)) ?? []), fact])
  const values = new Map([...byRecord].map(([key, enrollments]) => [key, chooseStatus(enrollments)]))
  return { values, merged: new Set(merged.map(keyOf)) }
}

function pickSettled(
  writes: readonly PendingWrite[],
  newest: (write: PendingWrite) => StatusValues,
  { written, refused }: { written: readonly string[]; refused: readonly { id: string; reason: string }[] },
): SettledWrite[] {
  const taken = new Set(written)
  const reasons = new Map(refused.map(({ id, reason }) => [id, reason]))
  return writes.flatMap((write): SettledWrite[] => {
    if (taken.has(write.objectId)) return [{ ...write, value: newest(write), reason: null }]
    const reason = reasons.get(write.objectId)
    return reason === undefined ? [] : [{ ...write, value: null, reason }]
  })
}

function isSame(had: Record<string, string> | null, wanted: StatusValues): boolean {
  return had !== null && Object.entries(wanted).every(([name, value]) => had[name] === value)
}

function keyOf({ objectType, objectId }: { objectType: string; objectId: string }): string {
  return `${objectType} ${objectId}`
}
