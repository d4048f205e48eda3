import { beforeAll, expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { suppressAddress } from '#modules/suppressions/suppress-address.ts'
import type { Preflight, SampleDeals, StepPreview } from '#shared/contract/preflight.ts'
import type { Sequence, Step } from '#shared/contract/sequence.ts'
import { mailbox } from '#test/backend/senders/use-senders.ts'
import { checksums } from '#test/support/checksums.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { REP, useRealApp } from '#test/support/real-app.ts'

const PORTAL = 7101
const STEPS: Step[] = [
  {
    id: 'one',
    kind: 'email',
    subject: 'For {{ contact.company }}: {{ deal.name }}',
    body: '<p>Hi {{ contact.firstname }} & all, {{ deal.amount | default: "0" }}, {{ deal.stage }}</p>',
  },
  { id: 'w', kind: 'wait', amount: 2, unit: 'days' },
  { id: 'two', kind: 'email', subject: '', body: 'Hi {{ contact.firstname }}, did you see it? {{ sender.name }}' },
]

const database = useDatabase()
const real = useRealApp(database, { env: { INBOUND_SECRET: 'x'.repeat(40) } })
let sequenceId: string
let dealId: string
let contactId: string

beforeAll(async () => {
  await real.connects(PORTAL)
  await real.ask('POST', '/api/pipelines/refresh', { portalId: PORTAL, body: { idempotencyKey: newKey() } })
  const body = { name: 'Follow-up', definition: { stopWhenStageLeft: true, steps: STEPS }, idempotencyKey: newKey() }
  const created = await real.ask('POST', '/api/sequences', { portalId: PORTAL, body })
  sequenceId = (created.body?.data as Sequence | undefined)?.id ?? ''
  const { sandbox } = real
  contactId = sandbox.createContact(PORTAL, { email: 'Grace@Example.com', firstName: 'Grace', lastName: 'Hopper' })
  dealId = sandbox.createDeal(PORTAL, { name: 'Compilers', stageId: 'booked', amount: 500, contactIds: [contactId] })
})

async function get<T>(path: string, query = ''): Promise<T> {
  const answer = await real.ask('GET', path, { portalId: PORTAL, ...(query ? { query } : {}) })
  if (!answer.body?.ok) throw Object.assign(new Error(answer.body?.error?.message), { answer })
  return answer.body.data as T
}
const preview = (stepId: string, more = '') =>
  get<StepPreview>(`/api/sequences/${sequenceId}/preview`, `stepId=${stepId}${more}`)
const withGrace = () => `&dealId=${dealId}&contactId=${contactId}`

test('a mail is shown as a real contact of a real deal would get it, both parts and its headers', async () => {
  real.sandbox.updateRecord(PORTAL, 'contacts', contactId, { company: 'Navy' })
  const mail = await preview('one', withGrace())
  expect(mail).toMatchObject({
    subject: 'For Navy: Compilers',
    from: `portal-${PORTAL}.example <sales-${PORTAL}@mail.example.com>`,
    replyTo: 'admin@example.com',
    to: 'grace@example.com',
    signedBy: null,
    filledWith: 'Grace Hopper, “Compilers”',
    unfilled: [],
    problems: [],
  })
  expect(mail.text).toMatch(/^Hi Grace & all, 500, Stage booked\n\n-- \n/)
  expect(mail.html).toContain('<p>Hi Grace &amp; all, 500, Stage booked</p>')
  expect(mail.html).toContain('>Unsubscribe</a>')
  const headers = Object.fromEntries(mail.headers.map(({ name, value }) => [name, value]))
  expect(headers['List-Unsubscribe']).toMatch(
    /^<https:\/\/app\.example\.com\/unsubscribe\/\S+>, ?<mailto:unsubscribe\+\S+>$/,
  )
  expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
  expect(headers['List-Id']).toBe(`"Follow-up" <${sequenceId}.${PORTAL}.mail.example.com>`)
  expect(headers['Feedback-ID']).toBe(`${sequenceId}:${PORTAL}:stagecue`)
})

test('what HubSpot has no value for is named, and stands in the text by its name', async () => {
  real.sandbox.updateRecord(PORTAL, 'contacts', contactId, { company: '' })
  const mail = await preview('one', withGrace())
  expect(mail).toMatchObject({
    subject: 'For [contact.company]: Compilers',
    unfilled: ['contact.company'],
    problems: ['No value for contact.company: the mail would be held.'],
  })
  const looked = await get<Preflight>(`/api/sequences/${sequenceId}/preflight`, withGrace().slice(1))
  expect(looked.filledWith).toBe('Grace Hopper, “Compilers”')
  expect(looked.findings.map(({ sentence }) => sentence)).toContainEqual(
    expect.stringContaining('Step 1: the chosen contact has no contact.company'),
  )
})

test('a step without a subject has that of the mail it continues', async () => {
  expect((await preview('two')).subject).toBe('For Analytical Engines Ltd.: Analytical Engines – 20 licenses')
})

test('without a contact it is filled with examples, and with the account’s own sender', async () => {
  const mail = await preview('two')
  expect(mail).toMatchObject({ filledWith: 'Example values', to: null })
  expect(mail.text).toContain(`Hi Ada, did you see it? portal-${PORTAL}.example`)
})

test('a contact who may not be mailed is said', async () => {
  const gone = real.sandbox.createContact(PORTAL, {
    email: 'gone@example.com',
    properties: { hs_email_optout: 'true' },
  })
  const nobody = real.sandbox.createContact(PORTAL, { firstName: 'No', lastName: 'Address' })
  const deal = real.sandbox.createDeal(PORTAL, { name: 'Two', stageId: 'booked', contactIds: [gone, nobody] })
  const portal = person(PORTAL)
  await inPortal(real.deps.db, PORTAL, (trx) =>
    suppressAddress(real.deps, trx, portal, { address: 'gone@example.com', reason: 'unsubscribed' }),
  )
  expect((await preview('two', `&dealId=${deal}&contactId=${gone}`)).problems).toEqual([
    'No value for contact.firstname: the mail would be held.',
    'The contact opted out of e-mail in HubSpot.',
    'The address is on the do-not-mail list.',
  ])
  expect((await preview('two', `&dealId=${deal}&contactId=${nobody}`)).problems).toEqual([
    'The contact has no e-mail address.',
  ])
})

test('deals are found by a part of their name, or by a number that Stagecue never heard of', async () => {
  const find = (search: string) => get<SampleDeals>('/api/deals', `search=${encodeURIComponent(search)}`)
  expect(await find('comp')).toEqual({ deals: [] })
  const grace = { contactId, name: 'Grace Hopper' }
  expect(await find(dealId)).toEqual({ deals: [{ dealId, name: 'Compilers', contacts: [grace] }] })
  // The card reads a deal and keeps it; from then on it is found by its name.
  await get(`/api/deals/${dealId}`)
  expect(await find('COMP')).toEqual({ deals: [{ dealId, name: 'Compilers', contacts: [grace] }] })
  expect((await find(dealId)).deals).toHaveLength(1)
  expect((await get<SampleDeals>('/api/deals')).deals).toHaveLength(1)
  expect(await find('99999')).toEqual({ deals: [] })
  for (const odd of ['%', '_', "'", '\\']) expect(await find(odd)).toEqual({ deals: [] })
})

test('nothing of it is kept, and nothing of a person is logged', async () => {
  const deal = real.sandbox.createDeal(PORTAL, { name: 'Unseen-deal', stageId: 'booked', contactIds: [contactId] })
  const kept = async () => {
    const { hubspot_requests: _requests, hubspot_budgets: _budgets, ...rest } = await checksums(database.url)
    return rest
  }
  const before = await kept()
  await preview('one', `&dealId=${deal}&contactId=${contactId}`)
  await get('/api/deals', `search=${deal}`)
  await get<Preflight>(`/api/sequences/${sequenceId}/preflight`, `dealId=${deal}&contactId=${contactId}`)
  expect(await kept()).toEqual(before)
  expect(real.logged()).not.toMatch(/grace|hopper|unseen-deal/i)
})

test.each([
  ['a deal that does not exist', () => `&dealId=99999&contactId=${contactId}`, 'not_found'],
  ['somebody who is not on the deal', () => `&dealId=${dealId}&contactId=99999`, 'not_found'],
  ['half a choice', () => `&dealId=${dealId}`, 'invalid_input'],
])('%s is refused', async (_what, query, code) => {
  await expect(preview('one', query())).rejects.toMatchObject({ answer: { body: { error: { code } } } })
})

test('of a step with variants one is shown, the first unless another is named', async () => {
  const variants = ['A', 'B'].map((name) => ({ id: `v${name}`, subject: `Variant ${name}`, body: `Text ${name}` }))
  const steps = [{ id: 'one', kind: 'email', subject: 'Beside', body: 'Beside', variants }]
  const body = { name: 'Tried', definition: { stopWhenStageLeft: true, steps }, idempotencyKey: newKey() }
  const created = await real.ask('POST', '/api/sequences', { portalId: PORTAL, body })
  const path = `/api/sequences/${(created.body?.data as Sequence | undefined)?.id}/preview`
  expect((await get<StepPreview>(path, 'stepId=one')).subject).toBe('Variant A')
  expect(await get<StepPreview>(path, 'stepId=one&variantId=vB')).toMatchObject({ subject: 'Variant B' })
  await expect(get(path, 'stepId=one&variantId=vC')).rejects.toMatchObject({ answer: { status: 404 } })
})

test('a wait, and a step that was never saved, have no preview', async () => {
  for (const step of ['w', 'never']) {
    await expect(preview(step)).rejects.toMatchObject({ answer: { body: { error: { code: 'not_found' } } } })
  }
})

test('only admins may look', async () => {
  for (const path of ['/api/deals', `/api/sequences/${sequenceId}/preflight`]) {
    expect(await real.ask('GET', path, { portalId: PORTAL, who: REP })).toMatchObject({ status: 403 })
  }
})

test('a mail of a deal comes from its owner’s sender', async () => {
  const address = `grace-${PORTAL}@mail.example.com`
  const body = {
    ...mailbox({
      address,
      fromName: 'Grace Owner',
      replyTo: 'grace@example.com',
      signature: 'Best, {{ sender.name }}',
    }),
  }
  const added = await real.ask('POST', '/api/senders', { portalId: PORTAL, body })
  expect(added.body).toMatchObject({ ok: true })
  await inPortal(database.db, PORTAL, (trx) =>
    trx
      .insertInto('owners')
      .values({ portalId: PORTAL, ownerId: '71', email: address, name: 'Grace Owner', archived: false })
      .execute(),
  )
  real.sandbox.updateRecord(PORTAL, 'deals', dealId, { hubspot_owner_id: '71' })
  const mail = await preview('two', withGrace())
  expect(mail.from).toBe(`Grace Owner <${address}>`)
  expect(mail.text).toContain('did you see it? Grace Owner\n\nBest, Grace Owner')
  expect((await preview('two')).from).toContain(`sales-${PORTAL}@`)
})
