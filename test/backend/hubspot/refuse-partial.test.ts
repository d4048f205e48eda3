import { expect, test } from 'vitest'
import { readDealContacts } from '#hubspot/associations.ts'
import { readDeals } from '#hubspot/deals.ts'
import type { HubSpot } from '#hubspot/hubspot.ts'

function answering(body: unknown): HubSpot {
  return { call: async () => ({ status: 207, body }), close: async () => {} }
}

const DEAL = { id: '1', properties: { dealname: 'One', dealstage: 'lead', pipeline: 'default' } }

test('a deal that HubSpot does not have is absent from the answer', async () => {
  const errors = [{ status: 'error', category: 'OBJECT_NOT_FOUND', context: { ids: ['2'] } }]
  const deals = await readDeals(answering({ results: [DEAL], errors }), 1, ['1', '2'], { history: false })
  expect([...deals.keys()]).toEqual(['1'])
})

test('a deal that HubSpot failed on is not taken for deleted', async () => {
  const errors = [{ status: 'error', category: 'INTERNAL_ERROR', message: 'try later', context: { ids: ['2'] } }]
  await expect(
    readDeals(answering({ results: [DEAL], errors }), 1, ['1', '2'], { history: false }),
  ).rejects.toMatchObject({
    code: 'hubspot_unavailable',
  })
})

test('a deal without contacts has none, and one whose contacts could not be read stops everything', async () => {
  const none = [
    { status: 'error', category: 'OBJECT_NOT_FOUND', subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND' },
  ]
  expect(await readDealContacts(answering({ results: [], errors: none }), 1, ['1'])).toEqual(new Map([['1', []]]))
  const failed = [{ status: 'error', category: 'SERVICE_UNAVAILABLE', message: 'later' }]
  await expect(readDealContacts(answering({ results: [], errors: failed }), 1, ['1'])).rejects.toMatchObject({
    code: 'hubspot_unavailable',
  })
})
