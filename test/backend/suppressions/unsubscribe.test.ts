import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import type { Mailer } from '#mail/mailer.ts'
import { findSuppressions } from '#modules/suppressions/find-suppressions.ts'
import { isSuppressed } from '#modules/suppressions/is-suppressed.ts'
import { unsubscribeRoutes } from '#modules/suppressions/routes.ts'
import { suppressAddress } from '#modules/suppressions/suppress-address.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, TestClock } from '#test/support/deps.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { mergeEnrolled } from '#test/support/merge-enrolled.ts'
import { email, type Sending, startSending } from '#test/support/sending.ts'

const { db } = useDatabase()
const clock = new TestClock()
const mailer: Mailer = {
  send: async (_mail, gate) =>
    (await gate())
      ? { kind: 'accepted', response: '250 ok' }
      : { kind: 'not_sent', reason: 'gate_closed', detail: 'closed' },
  check: async () => undefined,
  close: async () => {},
}
let app: FastifyInstance

beforeAll(async () => {
  app = fastify()
  await app.register(unsubscribeRoutes, { deps: makeDeps({ db, clock, vault: linkVault }) })
})
afterAll(() => app.close())

const start = () => startSending({ db, clock, mailer, steps: [email('one')] })
const linkOf = async (sending: Sending, enrollmentId: string) =>
  `/unsubscribe/${await linkVault.signLink({ purpose: 'unsubscribe', portalId: sending.portalId, enrollmentId })}`
const suppressed = (sending: Sending, address: string) =>
  inPortal(db, sending.portalId, (trx) => isSuppressed(trx, sending.portalId, address))

test('opening the link shows a button and changes nothing, however often a scanner opens it', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const link = await linkOf(sending, contact.enrollmentId)
  for (const method of ['GET', 'HEAD', 'GET'] as const) {
    const page = await app.inject({ method, url: link })
    expect(page.statusCode).toBe(200)
    expect(page.headers['set-cookie']).toBeUndefined()
    expect(page.headers['x-robots-tag']).toContain('noindex')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['cache-control']).toBe('no-store')
    if (method === 'GET') expect(page.body).toContain('<form method="post"><button')
    expect(page.body).not.toContain(contact.email)
  }
  expect(await suppressed(sending, contact.email)).toBe(false)
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
})

const MULTIPART = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
test.each([
  ['one click, urlencoded', 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
  ['one click, multipart', 'multipart/form-data; boundary=x', MULTIPART],
  ['the button of the page', 'application/x-www-form-urlencoded', 'unsubscribe=yes'],
  ['no body at all', undefined, undefined],
  ['an odd type', 'text/plain', 'List-Unsubscribe=One-Click'],
])('a POST unsubscribes: %s', async (_name, type, body) => {
  const sending = await start()
  const contact = await sending.enroll()
  const answer = await app.inject({
    method: 'POST',
    url: await linkOf(sending, contact.enrollmentId),
    ...(type ? { headers: { 'content-type': type } } : {}),
    ...(body ? { payload: body } : {}),
  })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers.location).toBeUndefined()
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(answer.body).toContain('You are unsubscribed')
  expect(await suppressed(sending, contact.email)).toBe(true)
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'unsubscribed',
  })
  expect(await sending.runs()).toMatchObject([{ status: 'canceled' }])
  expect(await sending.drain()).toBe(0)
})

test('twice is the same as once, also at the same time', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const url = await linkOf(sending, contact.enrollmentId)
  const answers = await Promise.all(Array.from({ length: 5 }, () => app.inject({ method: 'POST', url })))
  answers.push(await app.inject({ method: 'POST', url }))
  expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200, 200, 200])
  expect((await sending.activities()).sort()).toEqual([
    'contact.unsubscribed',
    'enrollment.started',
    'enrollment.stopped',
  ])
  const timeline = await sending.query<{ eventType: string; objectType: string }>(
    `select event_type, object_type from timeline_entries where portal_id = ${sending.portalId} order by event_type, object_type`,
  )
  const told = timeline.map(({ eventType, objectType }) => `${objectType} ${eventType}`)
  expect(told.filter((line) => line.endsWith('unsubscribed')).sort()).toEqual([
    'contact unsubscribed',
    'deal unsubscribed',
  ])
})

test('the link works after the enrollment ended, and for the address its mail went to', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await sending.drain()
  await sending.query(`update contacts set email = 'new@example.com' where portal_id = ${sending.portalId}`)
  clock.passes({ hours: 24 * 90 })
  const answer = await app.inject({ method: 'POST', url: await linkOf(sending, contact.enrollmentId) })
  expect(answer.statusCode).toBe(200)
  expect(await suppressed(sending, contact.email)).toBe(true)
  expect(await suppressed(sending, 'new@example.com')).toBe(true)
})

test('the link of a record that went into another one unsubscribes the person who stays, at both addresses', async () => {
  const sending = await start()
  const gone = await sending.enroll()
  await sending.drain()
  const [stays, other] = [await sending.enroll(), await sending.enroll()]
  const into = await mergeEnrolled(sending, gone, stays)
  const answer = await app.inject({ method: 'POST', url: await linkOf(sending, gone.enrollmentId) })
  expect(answer.statusCode).toBe(200)
  for (const { email: address } of [gone, stays]) expect(await suppressed(sending, address)).toBe(true)
  expect(await sending.enrollment(stays.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'unsubscribed' })
  expect(await sending.enrollment(other.enrollmentId)).toMatchObject({ status: 'active' })
  const told = await sending.query(
    `select contact_id from activities where portal_id = ${sending.portalId} and kind = 'contact.unsubscribed'`,
  )
  expect(told).toEqual([{ contactId: into }])
})

test('every enrollment of the contact ends, nobody else’s, and no other portal hears of it', async () => {
  const sending = await start()
  const [one, other] = [await sending.enroll(), await sending.enroll()]
  const elsewhere = await start()
  const same = await elsewhere.enroll({ email: one.email })
  await app.inject({ method: 'POST', url: await linkOf(sending, one.enrollmentId) })
  expect(await sending.enrollment(other.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await elsewhere.enrollment(same.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await suppressed(elsewhere, one.email)).toBe(false)
})

test('a forged, changed or foreign token gets the same answer as an unknown one, and changes nothing', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const link = await linkOf(sending, contact.enrollmentId)
  const foreign = await linkVault.signLink({
    purpose: 'unsubscribe',
    portalId: sending.portalId + 1,
    enrollmentId: contact.enrollmentId,
  })
  const bad = ['x', 'a.b', 'a.b.c', '%00', '..%2f..', 'e'.repeat(1900)].map((token) => `/unsubscribe/${token}`)
  const token = link.slice('/unsubscribe/'.length)
  for (let i = 0; i < token.length; i += 7) {
    const changed = token[i] === 'A' ? 'B' : 'A'
    bad.push(`/unsubscribe/${token.slice(0, i)}${changed}${token.slice(i + 1)}`)
  }
  const unknown = await app.inject({ method: 'POST', url: `/unsubscribe/${foreign}` })
  expect(unknown.statusCode).toBe(404)
  for (const url of bad) {
    for (const method of ['GET', 'POST'] as const) {
      const answer = await app.inject({ method, url })
      expect(answer.statusCode).toBe(404)
      expect(answer.body).toBe(unknown.body)
    }
  }
  expect(await suppressed(sending, contact.email)).toBe(false)
})

test('a suppression keeps its first reason, hides an erased address, and is found by address', async () => {
  const sending = await start()
  const { deps, portal, portalId } = sending
  const found = await inPortal(db, portalId, async (trx) => {
    expect(await suppressAddress(deps, trx, portal, { address: 'a@example.com', reason: 'bounced' })).toBe(true)
    expect(await suppressAddress(deps, trx, portal, { address: 'a@example.com', reason: 'unsubscribed' })).toBe(false)
    expect(await suppressAddress(deps, trx, portal, { address: 'b@example.com', reason: 'erased' })).toBe(true)
    return findSuppressions(trx, portalId, ['a@example.com', 'b@example.com', 'c@example.com'])
  })
  expect([...found].sort()).toEqual([
    ['a@example.com', 'bounced'],
    ['b@example.com', 'erased'],
  ])
  expect(
    await sending.query(`select address from suppressions where portal_id = ${portalId} order by address`),
  ).toEqual([{ address: 'a@example.com' }, { address: null }])
})
