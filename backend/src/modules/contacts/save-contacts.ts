import { isDeepStrictEqual } from 'node:util'
import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { HubSpotContact } from '#hubspot/contacts.ts'
import { normalizeAddress } from '#mail/address.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { listOpenEnrollments } from '#modules/enrollments/list-open-enrollments.ts'
import {
  type ContactFields,
  clearAddresses,
  confirmContacts,
  insertContact,
  lockContacts,
  releaseIdentity,
  type StoredContact,
  updateContact,
} from './repository.ts'

/** A kept contact, and whether HubSpot gave an address that is none. */
export interface SavedContact extends StoredContact {
  readonly invalidEmail: boolean
}

export interface ContactsSource {
  /** The deal they were read for, where there is one. */
  readonly dealId: string | null
  /** Just before HubSpot was asked. */
  readonly readAt: Temporal.Instant
}

interface Reading extends ContactsSource {
  readonly wanted: readonly { readonly fields: ContactFields }[]
}

/**
 * Keeps contacts as HubSpot has them now: HubSpot's id says who somebody is. Only a record that HubSpot no longer has is
 * carried on by the one that has its address now, so that a person who was deleted and made again is not somebody new. An older
 * reading that arrives late changes nothing: it would bring back an address, a consent or a person that is gone. Returns them by
 * HubSpot's id. Missing fields are left blank.
 */
export async function saveContacts(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  contacts: readonly HubSpotContact[],
  from: ContactsSource,
): Promise<Map<string, SavedContact>> {
  const wanted = [...contacts].sort((a, b) => (a.contactId < b.contactId ? -1 : 1)).map(toFields)
  const locked = await lockContacts(
    trx,
    portal.portalId,
    wanted.map((contact) => contact.fields.contactId),
    wanted.flatMap(({ fields }) => (fields.email ? [fields.email] : [])),
  )
  const known = await freeMovedAddresses(trx, portal.portalId, locked, wanted, from.readAt)
  const saved = new Map<string, SavedContact>()
  const reading = { ...from, wanted }
  const unchanged: string[] = []
  for (const { fields, invalidEmail } of wanted) {
    const same = known.find((row) => isSame(row, fields))
    if (same) {
      unchanged.push(same.id)
      saved.set(fields.contactId, { ...same, invalidEmail })
      continue
    }
    const row = await saveOne(deps, trx, portal, fields, known, reading)
    saved.set(fields.contactId, { ...row, invalidEmail })
  }
  await confirmContacts(trx, portal.portalId, unchanged, from.readAt)
  return saved
}

/**
 * An address that another record has now moved from person to person: HubSpot gives it to one at a time, so somebody corrected
 * it there. Where the one that had it is not read here too, nobody knows its address until it is read again; before a mail it
 * always is. Returns the rows as they are then.
 */
async function freeMovedAddresses(
  trx: Trx,
  portalId: number,
  rows: readonly StoredContact[],
  wanted: Reading['wanted'],
  readAt: Temporal.Instant,
): Promise<StoredContact[]> {
  const emails = new Map(wanted.map(({ fields }) => [fields.contactId, fields.email]))
  const owners = new Map(wanted.map(({ fields }) => [fields.email, fields.contactId]))
  const kept = new Set(rows.map(({ contactId }) => contactId))
  const hasMoved = ({ contactId, email, deleted }: StoredContact) => {
    const owner = email === null ? undefined : owners.get(email)
    if (owner === undefined || emails.get(contactId) === email) return false
    return !deleted || kept.has(owner)
  }
  const moved = rows.filter((row) => hasMoved(row) && !isNewer(row, readAt))
  await clearAddresses(
    trx,
    portalId,
    moved.map(({ id }) => id),
  )
  return rows.map((row) => (moved.includes(row) ? { ...row, email: null } : row))
}

function isSame(row: StoredContact, fields: ContactFields): boolean {
  const { id, deleted, readAt, ...kept } = row
  return !deleted && isDeepStrictEqual(comparable(kept), comparable(fields))
}

/** Moments as text: to a deep comparison all of them look alike. */
function comparable({ repliedAt, bookedAt, meetingAt, ...fields }: ContactFields) {
  return { ...fields, talks: [repliedAt, bookedAt, meetingAt].map((at) => at?.epochMilliseconds ?? null) }
}

async function saveOne(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  fields: ContactFields,
  known: readonly StoredContact[],
  from: Reading,
): Promise<StoredContact> {
  const { portalId } = portal
  const { readAt } = from
  const byEmail = fields.email ? known.find((row) => row.email === fields.email) : undefined
  const byId = known.find((row) => row.contactId === fields.contactId)
  // Of two rows its own is the answer: another one may have got this address since.
  const own = byId ?? byEmail
  if (own && [own, byEmail].some((row) => row && isNewer(row, readAt))) return own
  const match = byEmail ?? byId
  if (match) {
    const shared = match.id === byId?.id ? undefined : await keepApart(trx, portalId, fields, { byId, match, readAt })
    if (shared) return shared
    await updateContact(trx, portalId, match.id, fields, readAt)
    return { ...match, ...fields, deleted: false, readAt }
  }
  const inserted = await insertContact(trx, portalId, deps.ids(), fields, readAt)
  if (inserted) {
    await recordActivity(deps, trx, portal, {
      kind: 'contact.synced',
      dealId: from.dealId,
      contactId: fields.contactId,
    })
    return inserted
  }
  // Another transaction was faster with its id or its address.
  const others = await lockContacts(trx, portalId, [fields.contactId], fields.email ? [fields.email] : [])
  if (others.length === 0) throw new Error('a contact vanished between insert and read')
  const free = await freeMovedAddresses(trx, portalId, others, from.wanted, readAt)
  return saveOne(deps, trx, portal, fields, free, from)
}

/**
 * Two records with one address: one row, so that nobody is written to twice. But HubSpot may show it on both for a moment only:
 * what runs through either stays with its own record, and the address with the row that has it until the other is read alone.
 * The check before a mail sees what went to it through the other. Returns the answer, with HubSpot's
 * address, where the records stay apart.
 */
async function keepApart(
  trx: Trx,
  portalId: number,
  fields: ContactFields,
  { byId, match, readAt }: { byId: StoredContact | undefined; match: StoredContact; readAt: Temporal.Instant },
): Promise<StoredContact | undefined> {
  const contactIds = [fields.contactId, match.contactId]
  const running = new Set((await listOpenEnrollments(trx, portalId, { contactIds })).map(({ contactId }) => contactId))
  if (byId && running.has(byId.contactId)) {
    await updateContact(trx, portalId, byId.id, { ...fields, email: null }, readAt)
    return { ...byId, ...fields, deleted: false, readAt }
  }
  if (byId) await releaseIdentity(trx, portalId, byId.id, match.id, readAt)
  return !match.deleted && running.has(match.contactId) ? match : undefined
}

function isNewer(row: StoredContact, readAt: Temporal.Instant): boolean {
  return Temporal.Instant.compare(row.readAt, readAt) > 0
}

function toFields(contact: HubSpotContact): { fields: ContactFields; invalidEmail: boolean } {
  const email = contact.email === null ? undefined : normalizeAddress(contact.email)
  const { email: _, properties: __, mergedIds: ___, ...rest } = contact
  return { fields: { ...rest, email: email ?? null }, invalidEmail: contact.email !== null && email === undefined }
}
