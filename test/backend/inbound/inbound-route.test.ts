import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerErrors } from '#http/error-handler.ts'
import { inboundRoutes } from '#modules/inbound/routes.ts'
import { makeDeps } from '#test/support/deps.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { email } from '#test/support/sending.ts'
import { useInbound } from './use-inbound.ts'

const { db, clock, start, answerOf, incoming } = useInbound()
const SECRET = 'a-secret-of-forty-characters-for-the-test'
const RIGHT = { authorization: `Bearer ${SECRET}`, 'content-type': 'message/rfc822' }
let app: FastifyInstance

beforeAll(async () => {
  const deps = makeDeps({ db, clock, vault: linkVault })
  app = fastify()
  answerErrors(app, deps)
  await app.register(inboundRoutes, { deps, secret: SECRET })
})
afterAll(() => app.close())

const post = (payload: string | Buffer, headers: Record<string, string> = RIGHT, query = '') =>
  app.inject({ method: 'POST', url: `/inbound/mime${query}`, headers, payload })

async function mailed() {
  const sending = await start({ steps: [email('one'), email('two', '')] })
  const contact = await sending.enroll()
  await sending.drain()
  return { sending, contact }
}

test('a posted answer acts, and posting it again changes nothing', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'reply')
  for (let time = 0; time < 2; time++) expect((await post(raw)).statusCode).toBe(204)
  expect(await incoming(sending)).toMatchObject([{ effect: 'replied', source: 'mime' }])
  expect((await sending.activities()).filter((kind) => kind === 'contact.replied')).toHaveLength(1)
})

test.each([
  ['the query', {}, (to: string) => `?recipient=${encodeURIComponent(to)}`],
  ['a header', 'x-envelope-recipient', () => ''],
] as const)('the envelope recipient in %s leads to the mail when no header does', async (_name, header, query) => {
  const { sending, contact } = await mailed()
  const { raw, to } = await answerOf(contact, 'unsubscribe')
  const hidden = raw.replace(/^To: .*\r\n/m, 'To: <someone@mail.example.com>\r\n')
  const headers = typeof header === 'string' ? { ...RIGHT, [header]: to } : RIGHT
  expect((await post(hidden, headers, query(to))).statusCode).toBe(204)
  expect(await incoming(sending)).toMatchObject([{ effect: 'unsubscribed' }])
})

test.each([
  ['no secret', { 'content-type': 'message/rfc822' }],
  ['a wrong one', { ...RIGHT, authorization: `Bearer ${SECRET}x` }],
  ['another scheme', { ...RIGHT, authorization: `Basic ${SECRET}` }],
])('%s is refused before anything is read', async (_name, headers) => {
  const { sending, contact } = await mailed()
  const answer = await post((await answerOf(contact, 'reply')).raw, headers)
  expect(answer.statusCode).toBe(401)
  expect(answer.body).not.toContain(SECRET)
  expect(await incoming(sending)).toEqual([])
})

test('a mail that leads nowhere is taken, so that nobody sends it again', async () => {
  expect((await post('From: a@b.example\r\nSubject: Hello\r\n\r\nHello.\r\n')).statusCode).toBe(204)
  expect((await post(Buffer.from([0, 255, 10, 13, 200]))).statusCode).toBe(204)
})

test('an answer with a large attachment acts as well', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'reply')
  const large = Buffer.concat([Buffer.from(raw), Buffer.alloc(3 * 1024 * 1024, 'AAAA\r\n')])
  for (let time = 0; time < 2; time++) expect((await post(large)).statusCode).toBe(204)
  expect(await incoming(sending)).toMatchObject([{ effect: 'replied' }])
})

test('another type and nothing at all are refused', async () => {
  expect(await post('{}', { ...RIGHT, 'content-type': 'application/json' })).toMatchObject({ statusCode: 415 })
  expect((await post('{}', { ...RIGHT, 'content-type': 'application/json' })).body).toContain('message/rfc822')
  expect(await post('')).toMatchObject({ statusCode: 400 })
})
