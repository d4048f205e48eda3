import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { isSuppressed } from '#modules/suppressions/is-suppressed.ts'
import { mergeEnrolled } from '#test/support/merge-enrolled.ts'
import { email, type Sending, wait } from '#test/support/sending.ts'
import { useInbound } from './use-inbound.ts'

const { db, clock, start, mailsTo, answerOf, receive, comesBack, incoming } = useInbound()

const STEPS = [email('one'), wait('w', 2), email('two', '')]
const suppressed = (sending: Sending, address: string) =>
  inPortal(db, sending.portalId, (trx) => isSuppressed(trx, sending.portalId, address))

/** A portal whose contact got the first of two mails. */
async function mailed() {
  const sending = await start({ steps: STEPS })
  const contact = await sending.enroll()
  await sending.drain()
  return { sending, contact }
}

test('a reply stops the sequence, whoever it says it is from, and nothing is sent any more', async () => {
  const { sending, contact } = await mailed()
  expect(await comesBack(sending, contact, 'reply')).toBe('handled')
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'replied' })
  expect(await sending.activities()).toEqual(expect.arrayContaining(['contact.replied', 'enrollment.stopped']))
  const timeline = await sending.query<{ eventType: string }>(
    `select event_type from timeline_entries where portal_id = ${sending.portalId} and object_type = 'deal'`,
  )
  expect(timeline.map((entry) => entry.eventType)).toEqual(expect.arrayContaining(['replied', 'stopped']))
  clock.passes({ hours: 72 })
  expect(await sending.drain()).toBe(0)
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('the same bytes act once, also twice at the same time', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'reply')
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => receive(sending, raw)))
  expect(outcomes.toSorted()).toEqual(['duplicate', 'duplicate', 'duplicate', 'handled'])
  expect(await receive(sending, raw)).toBe('duplicate')
  expect((await sending.activities()).filter((kind) => kind === 'contact.replied')).toHaveLength(1)
  expect(await incoming(sending)).toHaveLength(1)
})

test.each([
  ['5.1.1', 'bounced', true],
  ['5.5.0', 'bounced', false],
] as const)('a bounce with %s stops the sequence; do-not-mail list: %s %s', async (status, stopReason, listed) => {
  const { sending, contact } = await mailed()
  await comesBack(sending, contact, 'bounce', { status })
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped', stopReason })
  expect(await suppressed(sending, contact.email)).toBe(listed)
})

test.each([
  ['5.2.2', 'mail.delayed'],
  ['5.7.1', 'mail.refused'],
])('a bounce with %s is noted and the sequence goes on', async (status, kind) => {
  const { sending, contact } = await mailed()
  await comesBack(sending, contact, 'bounce', { status })
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await suppressed(sending, contact.email)).toBe(false)
  expect(await sending.activities()).toContain(kind)
})

test('a delay that is still being tried is not worth a word', async () => {
  const { sending, contact } = await mailed()
  const before = await sending.activities()
  expect(await comesBack(sending, contact, 'bounce', { status: '4.4.1' })).toBe('handled')
  expect(await sending.activities()).toEqual(before)
})

test('a complaint stops everything for the contact and lists both addresses', async () => {
  const { sending, contact } = await mailed()
  await sending.query(`update contacts set email = 'new@example.com' where portal_id = ${sending.portalId}`)
  await comesBack(sending, contact, 'complaint')
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'complained' })
  expect(await suppressed(sending, contact.email)).toBe(true)
  expect(await suppressed(sending, 'new@example.com')).toBe(true)
})

test('a mail to the unsubscribe address unsubscribes', async () => {
  const { sending, contact } = await mailed()
  await comesBack(sending, contact, 'unsubscribe')
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ stopReason: 'unsubscribed' })
  expect(await suppressed(sending, contact.email)).toBe(true)
  expect(await sending.activities()).toContain('contact.unsubscribed')
})

test('a mail program that unsubscribes its user and says that it is a program unsubscribes', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'unsubscribe')
  // As Apple Mail sends it: List-Unsubscribe's address is the only way it knows.
  const said = 'Apple Mail sent this email to unsubscribe from the message “Your parcel was returned to sender”.'
  const apple = raw.replace('\r\n\r\n', `\r\nAuto-Submitted: auto-replied\r\nX-Apple-Unsubscribe: true\r\n\r\n${said}`)
  expect(await receive(sending, apple)).toBe('handled')
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ stopReason: 'unsubscribed' })
  expect(await suppressed(sending, contact.email)).toBe(true)
})

test('what is remembered of a mail has no address in it', async () => {
  const { sending, contact } = await mailed()
  for (const answer of ['bounce', 'reply', 'complaint', 'unsubscribe'] as const)
    await comesBack(sending, contact, answer)
  const rows = await incoming(sending)
  expect(rows.map(({ effect }) => effect).toSorted()).toEqual(['bounced', 'complained', 'replied', 'unsubscribed'])
  expect(JSON.stringify(rows)).not.toContain('@')
})

test('a mail with characters that cannot be stored acts like any other', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'reply')
  const [id = ''] = /<[^>]+>/.exec(/^In-Reply-To: .*$/m.exec(raw)?.[0] ?? '') ?? []
  // A NUL in a Message-ID, and in what is kept as the reason; half an emoji where that is cut.
  const odd = `References: ${id.replace('.', '.\0')} ${id}\r\nAuto-Submitted: \0${'x'.repeat(58)}😀\r\n`
  expect(await receive(sending, odd + raw.replace(/^References: .*\r\n/m, ''))).toBe('handled')
  expect(await sending.activities()).toContain('mail.automatic')
})

test('a mail that cannot be understood is a line for the rep and changes nothing', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'reply')
  // A forwarded mail answers nobody.
  await receive(sending, raw.replace('Subject: Re: ', 'Subject: Fwd: '))
  expect(await sending.activities()).toContain('mail.unclear')
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
})

test('our own mail in a mailbox that we read is no answer: whoever tries a sequence on themselves has not replied', async () => {
  const { sending, contact } = await mailed()
  clock.passes({ hours: 49 })
  await sending.drain()
  const [, second] = mailsTo(contact.email)
  expect(second?.raw).toMatch(/^In-Reply-To:/m)
  expect(await receive(sending, second?.raw ?? '')).toBe('unrelated')
  expect(await sending.activities()).not.toContain('contact.replied')
})

test('a reply after the end is still told', async () => {
  const sending = await start({ steps: [email('one')] })
  const contact = await sending.enroll()
  await sending.drain()
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed' })
  expect(await comesBack(sending, contact, 'reply')).toBe('handled')
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed', stopReason: null })
  expect(await sending.activities()).toContain('contact.replied')
})

test.each([
  ['reply', { status: 'stopped', stopReason: 'replied' }, []],
  ['bounce', { status: 'stopped', stopReason: 'bounced' }, ['gone']],
  ['complaint', { status: 'stopped', stopReason: 'complained' }, ['gone', 'stays']],
  ['away', { status: 'paused', stopReason: null }, []],
  ['unsubscribe', { status: 'stopped', stopReason: 'unsubscribed' }, ['gone', 'stays']],
] as const)(
  '%s on a mail of a record that went into another one reaches what runs for the one that stays',
  async (answer, state, listed) => {
    const { sending, contact: gone } = await mailed()
    await sending.steer(gone, 'stop')
    const [stays, other] = [await sending.enroll(), await sending.enroll()]
    const into = await mergeEnrolled(sending, gone, stays)
    expect(await comesBack(sending, gone, answer)).toBe('handled')
    expect(await sending.enrollment(stays.enrollmentId)).toMatchObject(state)
    expect(await sending.enrollment(other.enrollmentId)).toMatchObject({ status: 'active' })
    const found = await Promise.all(
      Object.entries({ gone, stays }).map(async ([who, { email: address }]) =>
        (await suppressed(sending, address)) ? [who] : [],
      ),
    )
    expect(found.flat()).toEqual(listed)
    const told = await sending.query<{ contactId: string }>(
      `select contact_id from activities where portal_id = ${sending.portalId} and kind like 'contact.%'`,
    )
    expect(told).toEqual([{ contactId: into }])
  },
)
