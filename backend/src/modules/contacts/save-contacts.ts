import { isDeepStrictEqual } from 'node:util'
import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { HubSpotContact } from '#hubspot/contacts.ts'
import { normalizeAddress } from '#mail/address.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
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

/**
 * Keeps contacts as HubSpot has them now, matched by normalized address first and HubSpot's id second, so that one person
 * is one row even after a merge gave the record another id. An older reading that arrives late changes nothing: it would bring
 * back an address, a consent or a person that is gone. Returns them by HubSpot's id. Missing fields are left blank.
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
  const unchanged: string[] = []
  for (const { fields, invalidEmail } of wanted) {
    const same = known.find((row) => isSame(row, fields))
    if (same) {
      unchanged.push(same.id)
      saved.set(fields.contactId, { ...same, invalidEmail })
      continue
    }
    const row = await saveOne(deps, trx, portal, fields, known, from)
    saved.set(fields.contactId, { ...row, invalidEmail })
  }
  await confirmContacts(trx, portal.portalId, unchanged, from.readAt)
  return saved
}

/**
 * An address that another record has now, while the one that had it is read here too with a different one, moved from person to
 * person: somebody corrected it in HubSpot. It is no longer a sign of who somebody is. Returns the rows as they are then.
 */
async function freeMovedAddresses(
  trx: Trx,
  portalId: number,
  rows: readonly StoredContact[],
  wanted: readonly { readonly fields: ContactFields }[],
  readAt: Temporal.Instant,
): Promise<StoredContact[]> {
  const emails = new Map(wanted.map(({ fields }) => [fields.contactId, fields.email]))
  const taken = new Set(emails.values())
  const hasMoved = ({ contactId, email }: StoredContact) =>
    email !== null && taken.has(email) && emails.has(contactId) && emails.get(contactId) !== email
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
  from: ContactsSource,
): Promise<StoredContact> {
  const { portalId } = portal
  const { readAt } = from
  const byEmail = fields.email ? known.find((row) => row.email === fields.email) : undefined
  const byId = known.find((row) => row.contactId === fields.contactId)
  const newer = [byId, byEmail].find((row) => row && isNewer(row, readAt))
  if (newer) return newer
  const match = byEmail ?? byId
  if (match) {
    // Two rows of one person: the address decides who it is, the other row gives up its claim on the id.
    if (byId && byId.id !== match.id) await releaseIdentity(trx, portalId, byId.id, match.id, readAt)
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
  const [other] = await lockContacts(trx, portalId, [fields.contactId], fields.email ? [fields.email] : [])
  if (!other) throw new Error('a contact vanished between insert and read')
  if (isNewer(other, readAt)) return other
  await updateContact(trx, portalId, other.id, fields, readAt)
  return { ...other, ...fields, deleted: false, readAt }
}

function isNewer(row: StoredContact, readAt: Temporal.Instant): boolean {
  return Temporal.Instant.compare(row.readAt, readAt) > 0
}

function toFields(contact: HubSpotContact): { fields: ContactFields; invalidEmail: boolean } {
  const email = contact.email === null ? undefined : normalizeAddress(contact.email)
  const { email: _, properties: __, ...rest } = contact
  return { fields: { ...rest, email: email ?? null }, invalidEmail: contact.email !== null && email === undefined }
}
