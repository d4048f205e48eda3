import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { judgeClicks } from '#modules/clicks/judge-clicks.ts'
import { listClicked } from '#modules/clicks/list-clicked.ts'
import { loaderOf } from '#modules/clicks/load-picture.ts'
import { getSequenceNumbers } from '#modules/numbers/get-sequence-numbers.ts'
import type { Sending } from '#test/support/sending.ts'
import { useClicks } from './use-clicks.ts'

const { db, clock, start, follow, mailOf, judges, clicks, opens } = useClicks()

const clicked = async (sending: Sending, enrollmentId: string) => {
  const found = await inPortal(db, sending.portalId, (trx) => listClicked(trx, sending.portalId, [enrollmentId]))
  return found.has(enrollmentId)
}

/** A contact who got the mail some minutes ago. */
async function mailed() {
  const sending = await start()
  const contact = await sending.enroll()
  await sending.drain()
  clock.passes({ minutes: 5 })
  return { sending, contact, ...(await mailOf(contact)) }
}

test('HEAD leads on and never counts', async () => {
  const { sending, links, picture } = await mailed()
  const answer = await follow(links[0] ?? '', { method: 'HEAD' })
  expect([answer.statusCode, answer.headers.location]).toEqual([302, 'https://example.com/offer?a=1&b=2'])
  await follow(picture ?? '', { method: 'HEAD' })
  expect(await clicks(sending)).toEqual([])
  expect(await opens(sending)).toEqual([])
})

test('what comes within ten seconds of the delivery is no person', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await sending.drain()
  const { links, picture } = await mailOf(contact)
  clock.passes({ seconds: 9 })
  await follow(links[0] ?? '')
  await follow(picture ?? '')
  await judges(sending)
  expect(await clicks(sending)).toEqual([{ link: 1, automatic: true }])
  expect(await opens(sending)).toEqual([{ loadedBy: 'automatic' }])
  clock.passes({ minutes: 1 })
  await follow(links[0] ?? '')
  await judges(sending)
  expect((await clicks(sending)).at(-1)).toEqual({ link: 1, automatic: false })
})

test('several links within a second are a program’s, also the first of them', async () => {
  const { sending, contact, links } = await mailed()
  await follow(links[0] ?? '')
  clock.passes({ milliseconds: 900 })
  await follow(links[1] ?? '')
  await judges(sending)
  expect(await clicks(sending)).toEqual([
    { link: 1, automatic: true },
    { link: 2, automatic: true },
  ])
  expect(await clicked(sending, contact.enrollmentId)).toBe(false)
  expect(await sending.activities()).not.toContain('contact.clicked')
})

test('two links one after the other are a person’s', async () => {
  const { sending, links } = await mailed()
  await follow(links[0] ?? '')
  clock.passes({ seconds: 4 })
  await follow(links[1] ?? '')
  await judges(sending)
  expect((await clicks(sending)).map(({ automatic }) => automatic)).toEqual([false, false])
})

test('a browser that loads ahead says so and does not count', async () => {
  const { sending, links } = await mailed()
  await follow(links[0] ?? '', { headers: { 'sec-purpose': 'prefetch;prerender' } })
  expect(await clicks(sending)).toEqual([{ link: 1, automatic: true }])
})

test('nothing is decided before the click is judged, and then for good', async () => {
  const { sending, contact, links } = await mailed()
  await follow(links[1] ?? '')
  await judgeClicks(sending.deps, sending.portalId - 1)
  expect(await clicked(sending, contact.enrollmentId)).toBe(false)
  await judges(sending)
  expect(await clicked(sending, contact.enrollmentId)).toBe(true)
  const other = await start()
  expect(await clicked(other, contact.enrollmentId)).toBe(false)
})

test('a link that is repeated for ever fills no table', async () => {
  const { sending, links } = await mailed()
  await Promise.all(Array.from({ length: 30 }, () => follow(links[0] ?? '')))
  for (let i = 0; i < 80; i++) {
    clock.passes({ seconds: 3 })
    await follow(links[0] ?? '')
  }
  expect((await clicks(sending)).length).toBeLessThanOrEqual(80)
  await judges(sending)
  const before = (await clicks(sending)).length
  for (let i = 0; i < 5; i++) {
    clock.passes({ seconds: 3 })
    await follow(links[0] ?? '')
  }
  expect((await clicks(sending)).length).toBe(before)
  expect((await sending.activities()).filter((kind) => kind === 'contact.clicked')).toHaveLength(1)
})

test('two workers judge a click once', async () => {
  const { sending, links } = await mailed()
  await follow(links[0] ?? '')
  clock.passes({ seconds: 2 })
  await Promise.all([1, 2, 3].map(() => judgeClicks(sending.deps, sending.portalId - 1)))
  expect((await sending.activities()).filter((kind) => kind === 'contact.clicked')).toHaveLength(1)
})

test.each([
  ['Mozilla/5.0', 'apple_proxy'],
  ['Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)', 'gmail_proxy'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0', 'mail_program'],
  ['', 'mail_program'],
])('%j is %s', (userAgent, loadedBy) => expect(loaderOf(userAgent)).toBe(loadedBy))

test('the picture is a picture for everybody, and counts once for each kind of program', async () => {
  const { sending, picture, links } = await mailed()
  for (const agent of ['Mozilla/5.0', 'Mozilla/5.0', 'Thunderbird']) {
    const answer = await follow(picture ?? '', { headers: { 'user-agent': agent } })
    expect([answer.statusCode, answer.headers['content-type'], answer.rawPayload.length]).toEqual([
      200,
      'image/gif',
      42,
    ])
  }
  for (const url of ['/o/x', (links[0] ?? '').replace('/l/', '/o/')]) {
    expect(await follow(url)).toMatchObject({ statusCode: 200, rawPayload: expect.anything() })
  }
  expect((await opens(sending)).map(({ loadedBy }) => loadedBy).toSorted()).toEqual(['apple_proxy', 'mail_program'])
  // No decision depends on it: the enrollment is as it was.
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.sent', 'enrollment.completed'])
})

test('the numbers count people, per sequence and e-mail, and say null where nothing is tracked', async () => {
  const sending = await start()
  const people = [await sending.enroll(), await sending.enroll()]
  const filtered = await sending.enroll()
  await sending.drain()
  clock.passes({ minutes: 5 })
  for (const contact of people) {
    const { links, picture } = await mailOf(contact)
    await follow(links[0] ?? '')
    clock.passes({ seconds: 5 })
    await follow(links[1] ?? '')
    await follow(picture ?? '', { headers: { 'user-agent': 'Mozilla/5.0' } })
  }
  const { links } = await mailOf(filtered)
  for (const link of links) await follow(link)
  await judges(sending)
  const told = { clicked: 2, opened: { byPrograms: 0, byProxies: 2 } }
  expect(await getSequenceNumbers(sending.deps, sending.portal, sending.sequenceId, {})).toMatchObject({
    sequence: { enrolled: 3, due: 3, sent: 3, ...told },
    steps: [{ due: 3, sent: 3, ...told }],
  })
  const silent = await start({ tracking: { clicks: false, opens: false } })
  await silent.enroll()
  await silent.drain()
  clock.passes({ minutes: 5 })
  expect(await getSequenceNumbers(silent.deps, silent.portal, silent.sequenceId, {})).toMatchObject({
    sequence: { sent: 1, clicked: null, opened: null },
    steps: [{ clicked: null, opened: null }],
  })
})
