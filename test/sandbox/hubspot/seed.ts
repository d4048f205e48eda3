import { associate } from './links.ts'
import { createRecord, updateRecord } from './records.ts'
import { HARBOR_PINE, NORTHWIND, type SeedPortal } from './seed-data.ts'
import { emptyPortal } from './state.ts'
import type { Portal, Source } from './types.ts'

const DAY = 86_400_000
/** Both portals number from the same start on purpose: an id says nothing without its portal. */
const FIRST_ID = { companies: 9_020_440_001, contacts: 15_360_101, deals: 20_418_835_201 }

/** Two believable portals, the same for the same `at` (ms): nothing is random, dates lie in the weeks before it. */
export function seedPortals(at: number): Portal[] {
  return [NORTHWIND, HARBOR_PINE].map((seed) => fill(seed, at))
}

function fill(seed: SeedPortal, at: number): Portal {
  const portal = emptyPortal(
    {
      portalId: seed.portalId,
      name: seed.name,
      domain: seed.domain,
      timeZone: seed.timeZone,
      utcOffset: seed.utcOffset,
      currency: seed.currency,
      users: seed.people.map(([id, , firstName, lastName, name]) => ({
        id,
        email: `${name}@${seed.domain}`,
        firstName,
        lastName,
      })),
      owners: seed.people.map(([userId, id, firstName, lastName, name]) => ({
        id,
        userId,
        email: `${name}@${seed.domain}`,
        firstName,
        lastName,
      })),
      pipelines: [...seed.pipelines],
    },
    at - 90 * DAY,
  )
  const by: Source = { sourceType: 'CRM_UI', sourceId: `userId:${seed.people[0]?.[0] ?? 0}` }
  fillCompanies(portal, seed, by, at)
  fillContacts(portal, seed, by, at)
  fillDeals(portal, seed, by, at)
  return portal
}

const idOf = (type: keyof typeof FIRST_ID, index: number) => String(FIRST_ID[type] + index)

function fillCompanies(portal: Portal, seed: SeedPortal, by: Source, at: number) {
  seed.companies.forEach(([name, domain, industry], index) => {
    const input = { id: idOf('companies', index), properties: { name, domain, industry } }
    createRecord(portal, 'companies', input, by, at - 60 * DAY + index * 3_600_000)
  })
}

function fillContacts(portal: Portal, seed: SeedPortal, by: Source, at: number) {
  seed.contacts.forEach(([firstname, lastname, jobtitle, company, phone], index) => {
    const [name = '', domain = ''] = seed.companies[company] ?? []
    const email = `${firstname}.${lastname}`.toLowerCase().replaceAll(' ', '')
    const properties = { firstname, lastname, jobtitle, phone, company: name, email: `${email}@${domain}` }
    const made = at - 45 * DAY + index * 5_400_000
    const { record } = createRecord(portal, 'contacts', { id: idOf('contacts', index), properties }, by, made)
    associate(portal, record, { type: 'companies', id: idOf('companies', company) }, [], by, made)
  })
}

function fillDeals(portal: Portal, seed: SeedPortal, by: Source, at: number) {
  seed.deals.forEach(([dealname, amount, stage, owner, company, contacts], index) => {
    const pipeline = seed.pipelines.find((candidate) => candidate.stages.some(({ id }) => id === stage))
    const made = at - (30 - index) * DAY - index * 1_800_000
    const properties = {
      dealname,
      amount,
      deal_currency_code: seed.currency,
      pipeline: pipeline?.id,
      dealstage: pipeline?.stages[0]?.id,
      hubspot_owner_id: seed.people[owner]?.[1],
      closedate: new Date(at + (20 + index * 3) * DAY).toISOString(),
    }
    const { record } = createRecord(portal, 'deals', { id: idOf('deals', index), properties }, by, made)
    // A deal has walked here from the first stage, so that its history can be read.
    const steps = pipeline?.stages.slice(1, pipeline.stages.findIndex(({ id }) => id === stage) + 1) ?? []
    const walk = steps.filter(({ id, isClosed }) => id === stage || !isClosed)
    for (const [step, { id }] of walk.entries()) {
      updateRecord(portal, record, { dealstage: id }, by, made + (step + 1) * DAY)
    }
    associate(portal, record, { type: 'companies', id: idOf('companies', company) }, [], by, made)
    for (const contact of contacts) {
      associate(portal, record, { type: 'contacts', id: idOf('contacts', contact) }, [], by, made)
    }
  })
}
