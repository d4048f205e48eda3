import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { eraseContact } from '#modules/contacts/erase-contact.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { email } from '#test/support/sending.ts'
import { BODY, useClicks } from './use-clicks.ts'

const { db, server, clock, start, follow, mailOf, judges, clicks } = useClicks()

test('without a word about tracking a mail has no rewritten link and no picture', async () => {
  const sending = await start({ tracking: { clicks: false, opens: false } })
  const contact = await sending.enroll()
  await sending.drain()
  const { html, links, picture } = await mailOf(contact)
  expect([links, picture]).toEqual([[], undefined])
  expect(html).toContain('https://example.com/offer?a=1')
  expect(html).not.toContain('<img')
})

test('links of the HTML part lead through us to where they led, all others and the text part stay', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await sending.drain()
  const { html, text, links } = await mailOf(contact)
  expect(links).toHaveLength(2)
  expect(html).toContain('href="mailto:ada@example.com"')
  expect(html).toMatch(/href="https:\/\/app\.example\.com\/unsubscribe\//)
  expect(html).not.toContain('example.com/offer')
  expect(text).toContain('https://example.com/offer?a=1&b=2')
  expect(text).not.toContain('app.example.com/l/')
  for (const url of links) expect(url).not.toContain(contact.email)
  const answers = [await follow(links[0] ?? ''), await follow(links[1] ?? '')]
  expect(answers.map(({ statusCode, headers }) => [statusCode, headers.location])).toEqual([
    [302, 'https://example.com/offer?a=1&b=2'],
    [302, 'http://example.com/docs'],
  ])
  expect(answers[0]?.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  expect(answers[0]?.headers['set-cookie']).toBeUndefined()
})

test('a try that is repeated sends the same bytes, and its links work', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const frozen = async () =>
    (
      await sending.query<{ mime: Buffer; links: string[] }>(
        `select mime, links from deliveries where portal_id = ${sending.portalId}`,
      )
    )[0]
  server.fault('rcpt', { kind: 'reply', text: '451 later' })
  await sending.drain()
  const before = await frozen()
  clock.passes({ hours: 1 })
  await sending.drain()
  expect(await frozen()).toEqual(before)
  expect(before?.links).toEqual(['https://example.com/offer?a=1&b=2', 'http://example.com/docs'])
  const { links } = await mailOf(contact)
  expect((await follow(links[1] ?? '')).headers.location).toBe('http://example.com/docs')
})

test('a mail that is written anew for another address has its own links', async () => {
  const sending = await start({
    steps: [email('one', 'Hello', '<a href="https://example.com/?to={{ contact.email }}">x</a>')],
  })
  const contact = await sending.enroll()
  server.fault('rcpt', { kind: 'reply', text: '451 later' })
  await sending.drain()
  await sending.query(`update contacts set email = 'new@example.com' where portal_id = ${sending.portalId}`)
  clock.passes({ hours: 1 })
  await sending.drain()
  const { links } = await mailOf({ ...contact, email: 'new@example.com' })
  expect((await follow(links[0] ?? '')).headers.location).toBe('https://example.com/?to=new@example.com')
})

test('a person’s click is counted and told, once for each link', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await sending.drain()
  const { links } = await mailOf(contact)
  for (const link of [0, 0, 1]) {
    clock.passes({ minutes: 3 })
    await follow(links[link] ?? '')
    await judges(sending)
  }
  expect(await clicks(sending)).toEqual([
    { link: 1, automatic: false },
    { link: 2, automatic: false },
  ])
  expect((await sending.activities()).filter((kind) => kind === 'contact.clicked')).toHaveLength(2)
})

test('an address that is not ours, changed, of the picture or of a link too many is one friendly page', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await sending.drain()
  const { links, picture = '' } = await mailOf(contact)
  const [run] = await sending.runs()
  const claims = { portalId: sending.portalId, stepRunId: run?.id ?? '' }
  const made = [3, 255].map((link) => `/l/${linkVault.signTrack({ ...claims, link })}`)
  const foreign = `/l/${linkVault.signTrack({ ...claims, portalId: sending.portalId + 1, link: 1 })}`
  const changed = `${(links[0] ?? '').slice(0, -1)}${links[0]?.endsWith('a') ? 'b' : 'a'}`
  const bad = ['/l/x', `/l/${'a'.repeat(53)}`, '/l/https%3A%2F%2Fevil.example', picture.replace('/o/', '/l/'), changed]
  for (const url of [...bad, ...made, foreign]) {
    const answer = await follow(url)
    expect([url, answer.statusCode]).toEqual([url, 404])
    expect(answer.headers.location).toBeUndefined()
    expect(answer.body).toContain('This link does not work')
  }
  const asked = await follow(`${links[0]}?url=https://evil.example&to=//evil.example`)
  expect(asked.headers.location).toBe('https://example.com/offer?a=1&b=2')
  expect(await clicks(sending)).toEqual([{ link: 1, automatic: null }])
})

test.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://example.com/', '//evil.example', '/etc', 'https://', ''])(
  'an address %j in a mail’s row leads nowhere',
  async (target) => {
    const sending = await start()
    const contact = await sending.enroll()
    await sending.drain()
    const { links } = await mailOf(contact)
    await sending.query(
      `update deliveries set links = '${JSON.stringify([target])}' where portal_id = ${sending.portalId}`,
    )
    expect((await follow(links[0] ?? '')).statusCode).toBe(404)
  },
)

test('erasing a contact takes the clicks, the opens and where the links led', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await sending.drain()
  const { links, picture } = await mailOf(contact)
  await follow(links[0] ?? '')
  await follow(picture ?? '')
  const [row] = await sending.query<{ contactId: string }>(
    `select contact_id from contacts where portal_id = ${sending.portalId}`,
  )
  await inPortal(db, sending.portalId, (trx) => eraseContact(sending.deps, trx, sending.portal, row?.contactId ?? ''))
  expect(await sending.query(`select from clicks where portal_id = ${sending.portalId}`)).toEqual([])
  expect(await sending.query(`select from opens where portal_id = ${sending.portalId}`)).toEqual([])
  expect((await follow(links[0] ?? '')).statusCode).toBe(404)
  await follow(picture ?? '')
  expect(
    JSON.stringify(await sending.query(`select links from deliveries where portal_id = ${sending.portalId}`)),
  ).toBe('[{"links":null}]')
})

test('after a disconnect links still lead on, and nothing is remembered', async () => {
  const sending = await start({ steps: [email('one', 'Hello', BODY)] })
  const contact = await sending.enroll()
  await sending.drain()
  await sending.query(`update installations set status = 'disconnected' where portal_id = ${sending.portalId}`)
  const { links, picture } = await mailOf(contact)
  expect((await follow(links[0] ?? '')).statusCode).toBe(302)
  await follow(picture ?? '')
  expect(await clicks(sending)).toEqual([])
})
