import { Client, Signature } from '@hubspot/api-client'
import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/deals/models/Filter.js'
import { expect, test } from 'vitest'
import { APP, appForTest, authorizeUrl, FIRST_CONTACT, FIRST_DEAL, NORTHWIND_ID, sandboxForTest } from './starting.ts'

/** HubSpot's own client, written against the real API, is the judge of the stand-in's shapes. */
async function connected() {
  const sandbox = await sandboxForTest()
  const location = sandbox.tokens.approve(authorizeUrl(sandbox), NORTHWIND_ID)
  const code = new URL(location).searchParams.get('code') ?? ''
  const anonymous = new Client({ basePath: sandbox.url })
  const granted = await anonymous.oauth.tokensApi.create(
    'authorization_code',
    code,
    APP.redirectUri,
    APP.clientId,
    APP.clientSecret,
  )
  return { sandbox, granted, client: new Client({ basePath: sandbox.url, accessToken: granted.accessToken }) }
}

test('exchanges a code and refreshes the token', async () => {
  const { sandbox, granted, client } = await connected()
  expect(granted).toMatchObject({ tokenType: 'bearer', expiresIn: 1800 })
  const renewed = await client.oauth.tokensApi.create(
    'refresh_token',
    undefined,
    undefined,
    APP.clientId,
    APP.clientSecret,
    granted.refreshToken,
  )
  expect(renewed.accessToken).not.toBe(granted.accessToken)
  expect(renewed.refreshToken).toBe(granted.refreshToken)
  const info = await client.oauth.accessTokensApi.get(renewed.accessToken)
  expect(info).toMatchObject({ hubId: NORTHWIND_ID, appId: APP.appId, hubDomain: 'northwind-robotics.example' })
  expect(sandbox.tokens.refreshes.get(NORTHWIND_ID)).toBe(1)
})

test('creates, reads, updates, lists and archives a deal', async () => {
  const { client } = await connected()
  const deals = client.crm.deals.basicApi
  const made = await deals.create({
    properties: { dealname: 'Test cell', dealstage: 'lead', amount: '1200' },
    associations: [
      { to: { id: FIRST_CONTACT }, types: [{ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 3 }] },
    ],
  })
  expect(made.properties).toMatchObject({ dealname: 'Test cell', dealstage: 'lead', pipeline: 'default' })
  await deals.update(made.id, { properties: { dealstage: 'qualified' } })
  const read = await deals.getById(made.id, ['dealname'], ['dealstage'], ['contacts'])
  expect(read.propertiesWithHistory?.dealstage?.map((version) => version.value)).toEqual(['qualified', 'lead'])
  expect(read.propertiesWithHistory?.dealstage?.[0]?.timestamp).toBeInstanceOf(Date)
  expect(read.associations?.contacts?.results).toEqual([{ id: FIRST_CONTACT, type: 'deal_to_contact' }])
  const page = await deals.getPage(10)
  expect(page.results).toHaveLength(10)
  const next = await deals.getPage(10, page.paging?.next?.after)
  expect(next.results.map((deal) => deal.id)).toContain(made.id)
  await deals.archive(made.id)
  await expect(deals.getById(made.id)).rejects.toMatchObject({ code: 404 })
})

test('reads in batches, with an error for what is missing', async () => {
  const { client } = await connected()
  const answer = await client.crm.contacts.batchApi.read({
    properties: ['email', 'hs_email_optout'],
    propertiesWithHistory: [],
    inputs: [{ id: FIRST_CONTACT }, { id: FIRST_CONTACT }, { id: '999' }],
  })
  expect(answer.results).toHaveLength(1)
  expect(answer.results[0]?.properties.email).toBe('nora.whitfield@alderfoods.example')
  expect(answer).toMatchObject({ status: 'COMPLETE', numErrors: 1 })
})

test('creates, updates, upserts and archives in batches', async () => {
  const { client } = await connected()
  const contacts = client.crm.contacts.batchApi
  const made = await contacts.create({
    inputs: [
      { properties: { email: 'a@batch.example' }, associations: [] },
      { properties: { email: 'b@batch.example' }, associations: [] },
    ],
  })
  const ids = made.results.map((contact) => contact.id)
  await contacts.update({ inputs: ids.map((id) => ({ id, properties: { city: 'Oslo' } })) })
  const upserted = await contacts.upsert({
    inputs: ['a@batch.example', 'c@batch.example'].map((id) => ({
      id,
      idProperty: 'email',
      properties: { city: 'Bergen' },
    })),
  })
  expect(upserted.results.map((contact) => contact._new)).toEqual([false, true])
  await contacts.archive({ inputs: ids.map((id) => ({ id })) })
  const left = await contacts.read({
    properties: [],
    propertiesWithHistory: [],
    idProperty: 'email',
    inputs: ['a@batch.example', 'c@batch.example'].map((id) => ({ id })),
  })
  expect(left.results.map((contact) => contact.properties.email)).toEqual(['c@batch.example'])
})

test('searches with filters, sorting and paging', async () => {
  const { client } = await connected()
  const filters = [{ propertyName: 'dealstage', operator: FilterOperatorEnum.Eq, value: 'lead' }]
  const query = { filterGroups: [{ filters }], sorts: ['-amount'], properties: ['amount'], limit: 2 }
  const first = await client.crm.deals.searchApi.doSearch(query)
  expect(first.total).toBe(4)
  expect(first.results.map((deal) => deal.properties.amount)).toEqual(['92500', '48000'])
  const rest = await client.crm.deals.searchApi.doSearch({ ...query, after: first.paging?.next?.after ?? '' })
  expect(rest.results.map((deal) => deal.properties.amount)).toEqual(['31000', '18500'])
})

test('reads and writes associations', async () => {
  const { client } = await connected()
  const { basicApi, batchApi } = client.crm.associations.v4
  const read = await batchApi.getPage('deals', 'contacts', {
    inputs: [{ id: FIRST_DEAL }, { id: '20418835203' }],
  })
  expect(read.results[0]?._from.id).toBe(FIRST_DEAL)
  expect(read.results[0]?.to.map((target) => target.toObjectId)).toEqual(['15360101', '15360102'].map(Number))
  expect(read.results[0]?.to[0]?.associationTypes[0]).toMatchObject({ typeId: 3, category: 'HUBSPOT_DEFINED' })
  expect(read).toMatchObject({ numErrors: 1 })
  await basicApi.createDefault('deals', '20418835203', 'contacts', FIRST_CONTACT)
  const linked = await basicApi.getPage('contacts', FIRST_CONTACT, 'deals')
  expect(linked.results.map((target) => String(target.toObjectId))).toContain('20418835203')
  await batchApi.archive('deals', 'contacts', {
    inputs: [{ _from: { id: '20418835203' }, to: [{ id: FIRST_CONTACT }] }],
  })
  const left = await basicApi.getPage('deals', '20418835203', 'contacts')
  expect(left.results).toEqual([])
})

test('reads pipelines, owners and properties', async () => {
  const { client } = await connected()
  const pipelines = await client.crm.pipelines.pipelinesApi.getAll('deals')
  expect(pipelines.results.map((pipeline) => pipeline.label)).toEqual(['Sales pipeline', 'Renewals'])
  expect(pipelines.results[0]?.stages.at(-1)).toMatchObject({ label: 'Closed lost', metadata: { isClosed: 'true' } })
  const owners = await client.crm.owners.ownersApi.getPage(undefined, undefined, 2)
  expect(owners.results).toHaveLength(2)
  const rest = await client.crm.owners.ownersApi.getPage(undefined, owners.paging?.next?.after, 2)
  expect(rest.results.map((owner) => owner.firstName)).toEqual(['Priya'])
  const group = { name: 'stagecue', label: 'Stagecue', displayOrder: -1 }
  await client.crm.properties.groupsApi.create('deals', group)
  const property = {
    name: 'stagecue_status',
    label: 'Status',
    groupName: 'stagecue',
    type: 'string',
    fieldType: 'text',
  }
  await client.crm.properties.coreApi.create('deals', property as never)
  await expect(client.crm.properties.coreApi.create('deals', property as never)).rejects.toMatchObject({ code: 409 })
})

test('signs webhooks so that the official check accepts them', async () => {
  const app = await appForTest()
  const sandbox = await sandboxForTest({ appTarget: app.url })
  sandbox.install(NORTHWIND_ID)
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  await sandbox.webhooks.settle()
  const [received] = app.received
  const base = {
    clientSecret: APP.clientSecret,
    method: 'POST',
    url: 'https://stagecue.example/webhooks/hubspot',
    requestBody: received?.body ?? '',
  }
  const v3 = { signature: String(received?.headers['x-hubspot-signature-v3']), signatureVersion: 'v3' }
  const timestamp = Number(received?.headers['x-hubspot-request-timestamp'])
  expect(Signature.isValid({ ...base, ...v3, timestamp })).toBe(true)
  expect(Signature.isValid({ ...base, ...v3, timestamp, requestBody: `${base.requestBody} ` })).toBe(false)
  const v1 = { signature: String(received?.headers['x-hubspot-signature']), signatureVersion: 'v1' }
  expect(Signature.isValid({ ...base, ...v1 })).toBe(true)
})

test('signs what a card fetches so that the official check accepts it', async () => {
  const app = await appForTest((_received, response) => response.end('{"ok":true}'))
  const sandbox = await sandboxForTest({ appTarget: app.url })
  const url = 'https://stagecue.example/api/deals/1/enrollments?from=card'
  const answer = await sandbox.fetchProxy.fetch({
    portalId: NORTHWIND_ID,
    userId: 61204417,
    url,
    method: 'POST',
    body: { key: 'k-1' },
  })
  expect(answer).toMatchObject({ status: 200, body: '{"ok":true}' })
  const [received] = app.received
  expect(received?.url).toBe(
    `/api/deals/1/enrollments?from=card&userId=61204417&portalId=${NORTHWIND_ID}&userEmail=maya.lindqvist%40northwind-robotics.example&appId=${APP.appId}`,
  )
  const base = { clientSecret: APP.clientSecret, method: 'POST', requestBody: received?.body ?? '' }
  const publicUrl = `https://stagecue.example${received?.url}`
  const v3 = { signature: String(received?.headers['x-hubspot-signature-v3']), signatureVersion: 'v3' }
  const timestamp = Number(received?.headers['x-hubspot-request-timestamp'])
  // The official client leaves the decoding of the address to its caller.
  expect(Signature.isValid({ ...base, ...v3, url: publicUrl.replace('%40', '@'), timestamp })).toBe(true)
  const v2 = { signature: String(received?.headers['x-hubspot-signature']), signatureVersion: 'v2' }
  expect(Signature.isValid({ ...base, ...v2, url: publicUrl })).toBe(true)
})
