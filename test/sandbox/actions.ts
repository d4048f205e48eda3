import { associate, dissociate } from './hubspot/links.ts'
import { createRecord, type Properties, updateRecord } from './hubspot/records.ts'
import { archiveRecord, eraseRecord, mergeRecords, restoreRecord } from './hubspot/removals.ts'
import { findRecord, recordsOf, stageOf } from './hubspot/state.ts'
import type { CrmRecord, Fact, ObjectType, Portal, Source } from './hubspot/types.ts'
import { byUser, now, type World } from './hubspot/world.ts'

export interface NewDeal {
  readonly id?: string
  readonly name: string
  readonly stageId: string
  readonly pipelineId?: string
  readonly amount?: number
  readonly ownerId?: string
  readonly contactIds?: readonly string[]
  readonly companyIds?: readonly string[]
}

export interface NewContact {
  readonly id?: string
  readonly email?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly properties?: Properties
}

/** What a person does in HubSpot: each call changes the portal and causes the webhooks that change would cause. */
export interface Actions {
  /** Moves a deal; the pipeline follows the stage unless it is given. */
  moveDeal(portalId: number, dealId: string, stageId: string, pipelineId?: string): void
  createDeal(portalId: number, deal: NewDeal): string
  createContact(portalId: number, contact: NewContact): string
  createRecord(portalId: number, type: ObjectType, properties: Properties, id?: string): string
  updateRecord(portalId: number, type: ObjectType, id: string, properties: Properties): void
  /** Puts a contact on a deal. */
  associate(portalId: number, dealId: string, contactId: string): void
  dissociate(portalId: number, dealId: string, contactId: string): void
  /** A meeting with a contact; HubSpot docs, meetings: `hs_meeting_outcome` is SCHEDULED, COMPLETED, CANCELED, … */
  bookMeeting(portalId: number, contactId: string, properties?: Properties): string
  deleteDeal(portalId: number, dealId: string): void
  restoreDeal(portalId: number, dealId: string): void
  deleteContact(portalId: number, contactId: string): void
  restoreContact(portalId: number, contactId: string): void
  /** Returns the id of the record that stays; `asNew`: another one than both had. */
  mergeDeals(portalId: number, winnerId: string, loserId: string, asNew?: boolean): string
  mergeContacts(portalId: number, winnerId: string, loserId: string, asNew?: boolean): string
  /** GDPR deletion. */
  eraseContact(portalId: number, contactId: string): void
}

type Change = (portal: Portal, by: Source, at: number) => Fact[]

export function createActions(world: World): Actions {
  return { ...edits(world), ...removals(world) }
}

function portalOf(world: World, portalId: number): Portal {
  const portal = world.portals.get(portalId)
  if (!portal) throw new Error(`The sandbox has no portal ${portalId}.`)
  return portal
}

/** Changes a portal as its first user, now, and tells everybody. */
function act(world: World, portalId: number, change: Change) {
  const portal = portalOf(world, portalId)
  world.emit(change(portal, byUser(portal), now(world)))
}

type Edit =
  | 'moveDeal'
  | 'createDeal'
  | 'createContact'
  | 'createRecord'
  | 'updateRecord'
  | 'associate'
  | 'dissociate'
  | 'bookMeeting'

function edits(world: World): Pick<Actions, Edit> {
  const make = (portalId: number, type: ObjectType, properties: Properties, id?: string) => {
    let made = ''
    act(world, portalId, (portal, by, at) => {
      const { record, facts } = createRecord(portal, type, { ...(id ? { id } : {}), properties }, by, at)
      made = record.id
      return facts
    })
    return made
  }
  return {
    moveDeal: (portalId, dealId, stageId, pipelineId) =>
      act(world, portalId, (portal, by, at) => {
        const record = pick(portal, 'deals', dealId)
        const target = pipelineId ?? stageOf(portal, stageId)?.pipeline.id
        const pipeline = target === record.properties.get('pipeline') ? {} : { pipeline: target }
        return updateRecord(portal, record, { ...pipeline, dealstage: stageId }, by, at)
      }),
    createDeal: (portalId, deal) => createDeal(world, portalOf(world, portalId), deal),
    createContact: (portalId, { id, email, firstName, lastName, properties }) =>
      make(portalId, 'contacts', { email, firstname: firstName, lastname: lastName, ...properties }, id),
    createRecord: make,
    updateRecord: (portalId, type, id, properties) =>
      act(world, portalId, (portal, by, at) => updateRecord(portal, pick(portal, type, id), properties, by, at)),
    associate: (portalId, dealId, contactId) =>
      act(world, portalId, (portal, by, at) =>
        associate(portal, pick(portal, 'deals', dealId), pick(portal, 'contacts', contactId), [], by, at),
      ),
    dissociate: (portalId, dealId, contactId) =>
      act(world, portalId, (portal, by, at) =>
        dissociate(portal, { type: 'deals', id: dealId }, { type: 'contacts', id: contactId }, by, at),
      ),
    bookMeeting: (portalId, contactId, properties = { hs_meeting_outcome: 'SCHEDULED' }) => {
      const id = make(portalId, 'meetings', properties)
      act(world, portalId, (portal, by, at) =>
        associate(portal, pick(portal, 'meetings', id), pick(portal, 'contacts', contactId), [], by, at),
      )
      if (properties.hs_meeting_outcome === 'CANCELED') return id
      act(world, portalId, (portal, by, at) => {
        const booked = { engagements_last_meeting_booked: new Date(at).toISOString() }
        return updateRecord(portal, pick(portal, 'contacts', contactId), booked, by, at)
      })
      return id
    },
  }
}

function removals(world: World): Omit<Actions, Edit> {
  const archive = (type: ObjectType) => (portalId: number, id: string) =>
    act(world, portalId, (portal, by, at) => archiveRecord(portal, pick(portal, type, id), by, at))
  const restore = (type: ObjectType) => (portalId: number, id: string) =>
    act(world, portalId, (portal, by, at) => {
      const record = recordsOf(portal, type).get(id)
      return record ? restoreRecord(portal, record, by, at) : []
    })
  const merge = (type: ObjectType) => (portalId: number, winnerId: string, loserId: string, asNew?: boolean) => {
    act(world, portalId, (portal, by, at) =>
      mergeRecords(portal, pick(portal, type, winnerId), pick(portal, type, loserId), by, at, asNew),
    )
    return pick(portalOf(world, portalId), type, winnerId).id
  }
  return {
    deleteDeal: archive('deals'),
    deleteContact: archive('contacts'),
    restoreDeal: restore('deals'),
    restoreContact: restore('contacts'),
    mergeDeals: merge('deals'),
    mergeContacts: merge('contacts'),
    eraseContact: (portalId, id) =>
      act(world, portalId, (portal, by, at) => {
        const record = recordsOf(portal, 'contacts').get(id)
        return record ? eraseRecord(portal, record, by, at) : []
      }),
  }
}

function createDeal(world: World, portal: Portal, deal: NewDeal): string {
  const [by, at] = [byUser(portal), now(world)]
  const properties = {
    dealname: deal.name,
    pipeline: deal.pipelineId ?? stageOf(portal, deal.stageId)?.pipeline.id,
    dealstage: deal.stageId,
    amount: deal.amount,
    deal_currency_code: portal.currency,
    hubspot_owner_id: deal.ownerId ?? portal.owners[0]?.id,
  }
  const { record, facts } = createRecord(portal, 'deals', { ...(deal.id ? { id: deal.id } : {}), properties }, by, at)
  for (const id of deal.contactIds ?? []) facts.push(...associate(portal, record, { type: 'contacts', id }, [], by, at))
  for (const id of deal.companyIds ?? [])
    facts.push(...associate(portal, record, { type: 'companies', id }, [], by, at))
  world.emit(facts)
  return record.id
}

function pick(portal: Portal, type: ObjectType, id: string): CrmRecord {
  const record = findRecord(portal, type, id)
  if (!record) throw new Error(`Portal ${portal.portalId} has no ${type} record ${id}.`)
  return record
}
