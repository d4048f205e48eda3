import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import type { StepsDeps } from '#modules/steps/steps-deps.ts'
import { GOLDEN_KEY } from '#test/backend/mail/golden/golden-mails.ts'
import { verifyDkim } from '#test/backend/mail/verify-dkim.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { email, wait } from '#test/support/sending.ts'
import { pass, useSending } from './use-sending.ts'

const { clock, start, mailsTo } = useSending()

const withKeys = (deps: StepsDeps, domain: string): StepsDeps => ({
  ...deps,
  settings: { ...deps.settings, dkimKeys: [{ ...GOLDEN_KEY, domain }] },
})
const headersOf = (raw: string) =>
  Object.fromEntries(
    (raw.split('\r\n\r\n')[0] ?? '')
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )

test('the server gets a mail whose signature verifies', async () => {
  const sending = await start()
  const contact = await sending.enroll({ firstName: 'Jürgen' })
  await pass(sending, withKeys(sending.deps, sending.deps.settings.mailDomain))
  const [mail] = mailsTo(contact.email)
  const mime = Buffer.from(mail?.raw ?? '', 'latin1')
  expect(await verifyDkim(mime, GOLDEN_KEY, clock.read())).toMatchObject({ result: 'pass', aligned: true })
})

test('a mail from a domain without a key goes out unsigned', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await pass(sending, withKeys(sending.deps, 'other.example.com'))
  expect(mailsTo(contact.email)[0]?.raw).toMatch(/^List-Unsubscribe: /)
})

test('the address in List-Unsubscribe names the enrollment, and the list its sequence', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await sending.drain()
  const headers = headersOf(mailsTo(contact.email)[0]?.raw ?? '')
  const [, local = '', token = ''] =
    /<mailto:(unsubscribe\+([^@]+))@mail\.example\.com\?/.exec(headers['list-unsubscribe'] ?? '') ?? []
  expect(local.length).toBeLessThanOrEqual(64)
  expect(await linkVault.openLink(token)).toMatchObject({ enrollmentId: contact.enrollmentId })
  const list = `${sending.sequenceId}.${sending.portalId}.mail.example.com`
  expect(headers['list-id']).toBe(`"Proposal follow-up" <${list}>`)
  expect(headers['feedback-id']).toBe(`${sending.sequenceId}:${sending.portalId}:stagecue`)
})

test('while nobody reads mail, a mail names the link alone', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await pass(sending, { ...sending.deps, settings: { ...sending.deps.settings, readsMail: false } })
  const headers = headersOf(mailsTo(contact.email)[0]?.raw ?? '')
  expect(headers['list-unsubscribe']).toMatch(/^<https:[^>]+>$/)
})

test('five steps are one conversation: the same subject, and each names all before it in order', async () => {
  const followUps = ['two', 'three', 'four', 'five'].flatMap((id) => [wait(`${id}-wait`, 1, 'hours'), email(id, '')])
  const sending = await start({ steps: [email('one', 'For {{ contact.firstname }}'), ...followUps] })
  const contact = await sending.enroll({ firstName: 'Ada' })
  for (let hour = 0; hour < 5; hour++) {
    await sending.drain()
    clock.passes({ hours: 1 })
  }
  const mails = mailsTo(contact.email)
  const ids = mails.map((mail) => mail.messageId)
  expect(new Set(ids).size).toBe(5)
  for (const [index, { raw }] of mails.entries()) {
    const mail = await PostalMime.parse(Buffer.from(raw, 'latin1'))
    expect(mail.subject).toBe('For Ada')
    expect(mail.references?.split(/\s+/) ?? []).toEqual(ids.slice(0, index))
    expect(mail.inReplyTo).toBe(ids[index - 1])
  }
})

test('a step with a subject of its own begins another conversation, and what follows continues that one', async () => {
  const sending = await start({ steps: [email('one', 'First'), email('two', 'Second'), email('three', '')] })
  const contact = await sending.enroll()
  await sending.drain()
  const [, second, third] = mailsTo(contact.email).map((mail) => ({ ...mail, headers: headersOf(mail.raw) }))
  expect(second?.headers.references).toBeUndefined()
  expect(third?.headers).toMatchObject({ references: second?.messageId, 'in-reply-to': second?.messageId })
  expect(third?.headers.subject).toBe('Second')
})
