import { expect, test } from 'vitest'
import { call, FIRST_CONTACT, FIRST_DEAL, HARBOR_PINE_ID, NORTHWIND_ID, sandboxForTest } from './starting.ts'

async function connected(options: Parameters<typeof sandboxForTest>[0] = {}) {
  const sandbox = await sandboxForTest(options)
  const { accessToken: token } = sandbox.install(NORTHWIND_ID)
  const post = (path: string, body: unknown) => call(sandbox, token, 'POST', path, body)
  const get = (path: string) => call(sandbox, token, 'GET', path)
  return { sandbox, token, post, get }
}

test('the two portals use the same ids for different records', async () => {
  const { sandbox, get } = await connected()
  const other = sandbox.install(HARBOR_PINE_ID).accessToken
  const [here, there] = [
    await get(`/crm/objects/2026-09/deals/${FIRST_DEAL}`),
    await call(sandbox, other, 'GET', `/crm/objects/2026-09/deals/${FIRST_DEAL}`),
  ]
  expect(here.body.properties.dealname).toBe('Alder Foods: pick-and-place cell')
  expect(there.body.properties.dealname).toBe('Lighthouse Bakery: rebrand')
  const [portal, twin] = [...sandbox.state.portals.values()]
  for (const type of ['deals', 'contacts', 'companies'] as const) {
    const ids = [...(portal?.records.get(type)?.keys() ?? [])]
    expect(ids).toEqual(expect.arrayContaining([...(twin?.records.get(type)?.keys() ?? [])]))
  }
  expect([portal?.records.get('deals')?.size, twin?.records.get('deals')?.size]).toEqual([18, 8])
})

test('some deals have no contact, others one, two or three', async () => {
  const { sandbox } = await connected()
  const portal = sandbox.state.portals.get(NORTHWIND_ID)
  const counts = [...(portal?.records.get('deals')?.keys() ?? [])].map(
    (id) => portal?.links.get(`deals:${id}>contacts`)?.size ?? 0,
  )
  expect(new Set(counts)).toEqual(new Set([0, 1, 2, 3]))
})

test('stage history is read newest first and every stage keeps the date it was entered', async () => {
  const { sandbox, post } = await connected()
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'closedwon')
  const { body } = await post('/crm/objects/2026-09/deals/batch/read', {
    inputs: [{ id: FIRST_DEAL }],
    properties: ['dealstage', 'hs_v2_date_entered_qualified', 'hs_is_closed_won', 'unknown_property'],
    propertiesWithHistory: ['dealstage'],
  })
  const [deal] = body.results
  expect(deal.propertiesWithHistory.dealstage.map((version: { value: string }) => version.value)).toEqual([
    'closedwon',
    'qualified',
    'lead',
  ])
  expect(deal.propertiesWithHistory.dealstage[0]).toMatchObject({ sourceType: 'CRM_UI', sourceId: 'userId:61204417' })
  expect(deal.properties.hs_v2_date_entered_qualified).toBe(deal.propertiesWithHistory.dealstage[1].timestamp)
  expect(deal.properties).toMatchObject({ dealstage: 'closedwon', hs_is_closed_won: 'true', unknown_property: null })
})

test('batch reads are limited to 100 inputs, and to 50 with history', async () => {
  const { post } = await connected()
  const inputs = (count: number) => Array.from({ length: count }, (_, index) => ({ id: String(index + 1) }))
  const path = '/crm/objects/2026-09/deals/batch/read'
  expect((await post(path, { inputs: inputs(101) })).status).toBe(400)
  expect((await post(path, { inputs: inputs(51), propertiesWithHistory: ['dealstage'] })).status).toBe(400)
  const missing = await post(path, { inputs: inputs(100) })
  expect(missing.status).toBe(207)
  expect(missing.body.errors[0]).toMatchObject({ category: 'OBJECT_NOT_FOUND', context: { ids: expect.any(Array) } })
})

test('writes are validated as HubSpot does', async () => {
  const { sandbox, token, post } = await connected()
  const patch = (properties: object) =>
    call(sandbox, token, 'PATCH', `/crm/objects/2026-09/deals/${FIRST_DEAL}`, { properties })
  expect((await patch({ dealstage: 'nowhere' })).body).toMatchObject({
    category: 'VALIDATION_ERROR',
    errors: [{ code: 'INVALID_OPTION', context: { propertyName: ['dealstage'] } }],
  })
  expect((await patch({ invented: 'x' })).body.errors[0].code).toBe('PROPERTY_DOESNT_EXIST')
  const twin = await post('/crm/objects/2026-09/contacts', {
    properties: { email: 'Nora.Whitfield@alderfoods.example' },
  })
  expect(twin).toMatchObject({
    status: 409,
    body: { category: 'CONFLICT', message: `Contact already exists. Existing ID: ${FIRST_CONTACT}` },
  })
  expect((await post('/crm/objects/2026-09/spaceships', { properties: {} })).status).toBe(400)
  expect((await call(sandbox, token, 'GET', '/crm/objects/2026-09/deals/1')).body).toMatchObject({
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
  })
})

test('a merged record answers under both ids', async () => {
  const { sandbox, token, post, get } = await connected()
  const merged = { primaryObjectId: FIRST_CONTACT, objectIdToMerge: '15360102' }
  expect((await post('/crm/objects/2026-09/contacts/merge', merged)).body.id).toBe(FIRST_CONTACT)
  const read = await get('/crm/objects/2026-09/contacts/15360102?properties=hs_merged_object_ids')
  expect(read.body).toMatchObject({ id: FIRST_CONTACT, properties: { hs_merged_object_ids: '15360102' } })
  const links = await call(sandbox, token, 'POST', '/crm/associations/2026-09/deals/contacts/batch/read', {
    inputs: [{ id: FIRST_DEAL }],
  })
  expect(links.body.results[0].to.map((target: { toObjectId: number }) => target.toObjectId)).toEqual([15360101])
})

test('an archived record is gone until it is restored', async () => {
  const { sandbox, get } = await connected()
  sandbox.deleteDeal(NORTHWIND_ID, FIRST_DEAL)
  const path = `/crm/objects/2026-09/deals/${FIRST_DEAL}`
  expect((await get(path)).status).toBe(404)
  expect((await get(`${path}?archived=true`)).body).toMatchObject({ archived: true, archivedAt: expect.any(String) })
  sandbox.restoreDeal(NORTHWIND_ID, FIRST_DEAL)
  expect((await get(path)).status).toBe(200)
})

test('a privacy deletion leaves nothing behind', async () => {
  const { post, get } = await connected()
  const erased = await post('/crm/objects/2026-09/contacts/gdpr-delete', {
    objectId: 'nora.whitfield@alderfoods.example',
    idProperty: 'email',
  })
  expect(erased.status).toBe(204)
  const path = `/crm/objects/2026-09/contacts/${FIRST_CONTACT}`
  expect((await get(path)).status).toBe(404)
  expect((await get(`${path}?archived=true`)).status).toBe(404)
  const deal = await get(`/crm/objects/2026-09/deals/${FIRST_DEAL}?associations=contacts`)
  expect(deal.body.associations.contacts.results.map((link: { id: string }) => link.id)).toEqual(['15360102'])
})

test('associations are read for many deals at once, with an error for each that has none', async () => {
  const { post } = await connected()
  const path = '/crm/associations/2026-09/deals/contacts/batch/read'
  const { status, body } = await post(path, { inputs: [{ id: FIRST_DEAL }, { id: '20418835203' }, { id: FIRST_DEAL }] })
  expect(status).toBe(207)
  expect(body.results).toEqual([
    {
      from: { id: FIRST_DEAL },
      to: [15360101, 15360102].map((toObjectId) => ({
        toObjectId,
        associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId: 3, label: null }],
      })),
    },
  ])
  expect(body.errors[0]).toMatchObject({
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    context: { fromObjectId: ['20418835203'] },
  })
  const tooMany = Array.from({ length: 1001 }, (_, index) => ({ id: String(index) }))
  expect((await post(path, { inputs: tooMany })).status).toBe(400)
})

test('a deal with very many contacts is paged', async () => {
  const { sandbox, post } = await connected()
  for (let count = 0; count < 510; count++) {
    sandbox.associate(NORTHWIND_ID, '20418835203', sandbox.createContact(NORTHWIND_ID, { firstName: `C${count}` }))
  }
  const path = '/crm/associations/2026-09/deals/contacts/batch/read'
  const first = await post(path, { inputs: [{ id: '20418835203' }] })
  expect(first.body.results[0].to).toHaveLength(500)
  const { after } = first.body.results[0].paging.next
  const rest = await post(path, { inputs: [{ id: '20418835203', after }] })
  expect(rest.body.results[0].to).toHaveLength(10)
})

test('labels can be made and used beside the plain link', async () => {
  const { sandbox, token, post } = await connected()
  const made = await post('/crm/associations/2026-09/deals/contacts/labels', {
    label: 'Decision maker',
    name: 'decision_maker',
  })
  const { typeId, category } = made.body.results[0]
  const path = `/crm/objects/2026-09/deals/20418835203/associations/contacts/${FIRST_CONTACT}`
  const body = [{ associationCategory: category, associationTypeId: typeId }]
  expect((await call(sandbox, token, 'PUT', path, body)).status).toBe(201)
  const read = await post('/crm/associations/2026-09/deals/contacts/batch/read', { inputs: [{ id: '20418835203' }] })
  const types = read.body.results[0].to[0].associationTypes
  expect(types.map((type: { label: string | null }) => type.label)).toEqual(['Decision maker', null])
})

test('search lags behind by as much as it is told', async () => {
  let instant = Temporal.Instant.from('2026-11-21T09:00:00Z')
  const { sandbox, post } = await connected({ clock: () => instant, searchLagMs: 5000 })
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  const filters = [{ propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: String(instant.epochMilliseconds) }]
  const search = async () =>
    (await post('/crm/objects/2026-09/deals/search', { filterGroups: [{ filters }] })).body.total
  expect(await search()).toBe(0)
  instant = instant.add({ seconds: 5 })
  expect(await search()).toBe(1)
})

test('a search is refused beyond its documented limits', async () => {
  const { post } = await connected({ limits: false })
  const search = async (body: object) => (await post('/crm/objects/2026-09/deals/search', body)).status
  const filter = { propertyName: 'dealstage', operator: 'EQ', value: 'lead' }
  expect(await search({ limit: 201 })).toBe(400)
  expect(await search({ limit: 100, after: '9901' })).toBe(400)
  expect(await search({ filterGroups: Array.from({ length: 6 }, () => ({ filters: [filter] })) })).toBe(400)
  expect(await search({ filterGroups: [{ filters: Array.from({ length: 7 }, () => filter) }] })).toBe(400)
  expect(await search({ filterGroups: [{ filters: [{ ...filter, operator: 'NEAR' }] }] })).toBe(400)
})

test('a timeline event with the same id is refused and shown once', async () => {
  const { post } = await connected()
  const event = { eventTypeName: 'ae7700421_step_sent', id: 'e-1', objectId: FIRST_DEAL, properties: { step: 1 } }
  const path = '/integrators/timeline/2026-03/events'
  expect(await post(path, event)).toMatchObject({ status: 201, body: { id: 'e-1', objectId: FIRST_DEAL } })
  expect(await post(path, event)).toMatchObject({ status: 409, body: { category: 'CONFLICT' } })
  const batch = await post(`${path}/batch`, { inputs: [event, { ...event, id: 'e-2' }] })
  expect(batch.status).toBe(207)
  expect(batch.body.results.map((one: { id: string }) => one.id)).toEqual(['e-2'])
  expect((await post(path, { ...event, id: 'e-3', objectId: '1' })).status).toBe(404)
})

test('unsubscribing an address from everything marks its contact', async () => {
  const { post, get } = await connected()
  const email = 'nora.whitfield@alderfoods.example'
  const path = `/communication-preferences/2026-09/statuses/${encodeURIComponent(email)}`
  expect((await get(path)).body.results.map((one: { status: string }) => one.status)).toEqual([
    'NOT_SPECIFIED',
    'NOT_SPECIFIED',
  ])
  expect((await post(`${path}/unsubscribe-all?channel=EMAIL`, {})).status).toBe(200)
  expect((await get(`${path}/unsubscribe-all`)).body.results[0]).toMatchObject({
    wideStatusType: 'PORTAL_WIDE',
    status: 'UNSUBSCRIBED',
  })
  const contact = await get(`/crm/objects/2026-09/contacts/${FIRST_CONTACT}?properties=hs_email_optout`)
  expect(contact.body.properties.hs_email_optout).toBe('true')
})

test('a property that an app made takes what it was made for and nothing else', async () => {
  const { sandbox, token } = await connected()
  const base = '/crm/properties/2026-09/deals'
  const group = { name: 'ours', label: 'Ours' }
  expect((await call(sandbox, token, 'POST', `${base}/groups`, group)).status).toBe(201)
  expect((await call(sandbox, token, 'POST', `${base}/groups`, group)).status).toBe(409)
  const made = { groupName: 'ours', label: 'Ours' }
  const options = [{ label: 'On', value: 'on', displayOrder: 0, hidden: false }]
  const state = { ...made, name: 'our_state', type: 'enumeration', fieldType: 'select', options }
  expect((await call(sandbox, token, 'POST', base, state)).status).toBe(201)
  expect((await call(sandbox, token, 'POST', base, state)).status).toBe(409)
  await call(sandbox, token, 'POST', base, { ...made, name: 'our_moment', type: 'datetime', fieldType: 'date' })
  const write = (properties: object) =>
    call(sandbox, token, 'POST', '/crm/objects/2026-09/deals/batch/update', {
      inputs: [{ id: FIRST_DEAL, properties }],
    })
  expect((await write({ our_state: 'on', our_moment: '2026-11-23T09:00:00.000Z' })).status).toBe(200)
  expect((await write({ our_state: '', our_moment: '' })).status).toBe(200)
  expect((await write({ our_state: 'off' })).body.errors[0].code).toBe('INVALID_OPTION')
  expect((await write({ our_moment: 'soon' })).body.errors[0].code).toBe('INVALID_DATE')
  expect((await write({ our_other: 'x' })).body.errors[0].code).toBe('PROPERTY_DOESNT_EXIST')
})
