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
  deleteDeal(portalId: number, dealId: string): void
  restoreDeal(portalId: number, dealId: string): void
  deleteContact(portalId: number, contactId: string): void
  restoreContact(portalId: number, contactId: string): void
  mergeDeals(portalId: number, winnerId: string, loserId: string): void
  mergeContacts(portalId: number, winnerId: string, loserId: string): void
  /** GDPR deletion. */
  eraseContact(portalId: number, contactId: string): void
}

export function createActions(world: World): Actions {
  const portalOf = (portalId: number): Portal => {
    const portal = world.portals.get(portalId)
    if (!portal) throw new Error(`The sandbox has no portal ${portalId}.`)
    return portal
  }
  type Change = (portal: Portal, by: Source, at: number) => Fact[]
  const act = (portalId: number, change: Change) => {
    const portal = portalOf(portalId)
    world.emit(change(portal, byUser(portal), now(world)))
  }
  const onRecord = (
    portalId: number,
    type: ObjectType,
    id: string,
    change: (r: CrmRecord, p: Portal, by: Source, at: number) => Fact[],
  ) => act(portalId, (portal, by, at) => change(pick(portal, type, id), portal, by, at))
  const make = (portalId: number, type: ObjectType, properties: Properties, id?: string) => {
    let made = ''
    act(portalId, (portal, by, at) => {
      const { record, facts } = createRecord(portal, type, { ...(id ? { id } : {}), properties }, by, at)
      made = record.id
      return facts
    })
    return made
  }
  const merge = (portalId: number, type: ObjectType, winnerId: string, loserId: string) =>
    act(portalId, (portal, by, at) =>
      mergeRecords(portal, pick(portal, type, winnerId), pick(portal, type, loserId), by, at),
    )
  return {
    moveDeal: (portalId, dealId, stageId, pipelineId) =>
      onRecord(portalId, 'deals', dealId, (record, portal, by, at) => {
        const target = pipelineId ?? stageOf(portal, stageId)?.pipeline.id
        const pipeline = target === record.properties.get('pipeline') ? {} : { pipeline: target }
        return updateRecord(portal, record, { ...pipeline, dealstage: stageId }, by, at)
      }),
    createDeal: (portalId, deal) => createDeal(world, portalOf(portalId), deal),
    createContact: (portalId, { id, email, firstName, lastName, properties }) =>
      make(portalId, 'contacts', { email, firstname: firstName, lastname: lastName, ...properties }, id),
    createRecord: make,
    updateRecord: (portalId, type, id, properties) =>
      onRecord(portalId, type, id, (record, portal, by, at) => updateRecord(portal, record, properties, by, at)),
    associate: (portalId, dealId, contactId) =>
      act(portalId, (portal, by, at) =>
        associate(portal, pick(portal, 'deals', dealId), pick(portal, 'contacts', contactId), [], by, at),
      ),
    dissociate: (portalId, dealId, contactId) =>
      act(portalId, (portal, by, at) =>
        dissociate(portal, { type: 'deals', id: dealId }, { type: 'contacts', id: contactId }, by, at),
      ),
    deleteDeal: (portalId, id) =>
      onRecord(portalId, 'deals', id, (r, portal, by, at) => archiveRecord(portal, r, by, at)),
    deleteContact: (portalId, id) =>
      onRecord(portalId, 'contacts', id, (r, portal, by, at) => archiveRecord(portal, r, by, at)),
    restoreDeal: (portalId, id) => act(portalId, (portal, by, at) => restore(portal, 'deals', id, by, at)),
    restoreContact: (portalId, id) => act(portalId, (portal, by, at) => restore(portal, 'contacts', id, by, at)),
    mergeDeals: (portalId, winnerId, loserId) => merge(portalId, 'deals', winnerId, loserId),
    mergeContacts: (portalId, winnerId, loserId) => merge(portalId, 'contacts', winnerId, loserId),
    eraseContact: (portalId, id) =>
      act(portalId, (portal, by, at) => {
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

function restore(portal: Portal, type: ObjectType, id: string, by: Source, at: number): Fact[] {
  const record = recordsOf(portal, type).get(id)
  return record ? restoreRecord(portal, record, by, at) : []
}
