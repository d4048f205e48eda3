import { expect, test } from 'vitest'
import type { Step } from '#shared/contract/sequence.ts'
import { email } from '#test/support/sending.ts'
import { laneOf, set, useSending } from './use-sending.ts'

const { server, clock, start, mailsTo } = useSending({ timeoutMs: 2_000 })

test('a missing value holds the step and names the field; with the value the mail goes out once', async () => {
  const sending = await start({ steps: [email('one', 'For {{ contact.company }}', 'Hi {{ contact.firstname }}')] })
  const contact = await sending.enroll({ firstName: '  ' })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.runs()).toMatchObject([
    { status: 'held', why: 'No value for contact.company, contact.firstname. Fill it in HubSpot, then try again.' },
  ])
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.held'])
  expect(await laneOf(sending)).toEqual([])
})

test('nobody to answer to means nobody is mailed', async () => {
  const sending = await start()
  await set(sending, 'installations', 'connected_by_email = null')
  const contact = await sending.enroll()
  await sending.drain()
  expect(await sending.runs()).toMatchObject([{ status: 'held', why: expect.stringContaining('Set a reply address') }])
  expect(mailsTo(contact.email)).toEqual([])
})

test('a retry goes to the address the contact has now', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault('rcpt', { kind: 'reply', text: '451 later' })
  await sending.drain()
  await set(sending, 'contacts', "email = 'new-address@example.com'")
  clock.passes({ hours: 1 })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  const mails = mailsTo('new-address@example.com')
  expect(mails).toHaveLength(1)
  expect(mails[0]?.raw).toContain('To: new-address@example.com')
})

test('hostile names reach the server as one mail to one recipient', async () => {
  const sending = await start({ steps: [email('one', '{{ contact.firstname }}', 'Hi {{ contact.firstname }}')] })
  const names = [
    'Ada\r\nBcc: evil@example.net',
    '{{ contact.email }}',
    '<img src=x onerror=alert(1)>',
    'a\r\n.\r\nMAIL FROM:<evil@example.net>',
  ]
  const contacts = []
  for (const firstName of names) contacts.push(await sending.enroll({ firstName }))
  await sending.drain()
  for (const contact of contacts) {
    const mails = mailsTo(contact.email)
    expect(mails).toHaveLength(1)
    expect(mails[0]?.recipients).toEqual([contact.email])
    expect(mails[0]?.raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc:/im)
  }
  expect(server.accepted.flatMap((mail) => mail.recipients)).not.toContain('evil@example.net')
})

test('a mail that is written anew counts for the variant it says now', async () => {
  const variants = ['a', 'b'].map((id) => ({ id, subject: `Way ${id}`, body: 'Hi' }))
  const sending = await start({ steps: [{ ...email('one'), variants } as Step] })
  const contact = await sending.enroll()
  server.fault('rcpt', { kind: 'reply', text: '451 4.3.0 not now' })
  await sending.drain()
  // As a move to a version that says it in other ways does.
  const renamed = ['a', 'b'].reduce(
    (text, id) => `replace(${text}, '"id": "${id}"', '"id": "new-${id}"')`,
    'definition::text',
  )
  await sending.query(`insert into sequence_versions (portal_id, sequence_id, version, definition, published_at)
    select portal_id, sequence_id, 2, ${renamed}::jsonb, published_at from sequence_versions where portal_id = ${sending.portalId}`)
  await set(sending, 'enrollments', 'version = 2')
  await set(sending, 'deliveries', 'mime = null, subject = null')
  clock.passes({ minutes: 2 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  const [mail] = await sending.query<{ variant: string }>(
    `select variant from deliveries where portal_id = ${sending.portalId}`,
  )
  expect(mail?.variant).toMatch(/^new-[ab]$/)
})
