import { expect, test } from 'vitest'
import { systemIds } from '#core/ids.ts'
import { type EnrolledContact, email, type Sending, wait } from '#test/support/sending.ts'
import { useInbound } from './use-inbound.ts'

const { start, mailsTo, answerOf, receive, incoming } = useInbound()

async function mailed() {
  const sending = await start({ steps: [email('one'), wait('w', 2), email('two', '')] })
  const contact = await sending.enroll()
  await sending.drain()
  return { sending, contact }
}

const messageIdOf = (contact: EnrolledContact) => mailsTo(contact.email).at(-1)?.messageId ?? ''
const stillActive = async (sending: Sending, contact: EnrolledContact) => {
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await incoming(sending)).toEqual([])
}
/** Without every way back to our mail but those in `keep`. */
const strip = (raw: string, ...patterns: RegExp[]) =>
  patterns.reduce((text, pattern) => text.replaceAll(new RegExp(pattern, 'gi'), 'nothing'), raw)

const BOUNCE_ADDRESS = /bounces\+[a-z2-7]+@mail\.example\.com/

test('a Message-ID begins with its portal, and a bounce address fits into a local part', async () => {
  const { sending, contact } = await mailed()
  const [mail] = mailsTo(contact.email)
  expect(mail?.messageId).toMatch(new RegExp(`^<${sending.portalId}\\.[a-z0-9]{52}@mail\\.example\\.com>$`))
  expect(mail?.from).toMatch(/^bounces\+[a-z2-7]{52}@mail\.example\.com$/)
  expect(mail?.from.split('@')[0]?.length).toBeLessThanOrEqual(64)
})

test('a bounce is found by its bounce address alone', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'bounce')
  expect(await receive(sending, strip(raw, /<\d+\.[a-z0-9]+@mail\.example\.com>/))).toBe('handled')
  expect((await incoming(sending))[0]?.evidence.at(-1)).toBe('It was found by its bounce address.')
})

test('a bounce is found by the returned Message-ID alone, and by the envelope id alone', async () => {
  for (const by of ['Message-ID', 'bounce address']) {
    const { sending, contact } = await mailed()
    const { raw, to } = await answerOf(contact, 'bounce')
    const token = to.slice(to.indexOf('+') + 1, to.indexOf('@'))
    const bare = strip(raw, BOUNCE_ADDRESS)
    const sent =
      by === 'Message-ID'
        ? bare
        : strip(bare, /<\d+\.[a-z0-9]+@mail\.example\.com>/).replace(
            'Reporting-MTA:',
            `Original-Envelope-Id: ${token}\r\nReporting-MTA:`,
          )
    expect(await receive(sending, sent)).toBe('handled')
    expect((await incoming(sending))[0]?.evidence.at(-1)).toBe(`It was found by its ${by}.`)
  }
})

test('a bounce that names no mail of ours changes nothing and leaves nothing behind', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'bounce')
  expect(await receive(sending, strip(raw, BOUNCE_ADDRESS, /<\d+\.[a-z0-9]+@mail\.example\.com>/))).toBe('unrelated')
  await stillActive(sending, contact)
})

test('a forged mark changes nothing: another token, a changed one, one of the unsubscribe address', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'bounce')
  const bare = strip(raw, /<\d+\.[a-z0-9]+@mail\.example\.com>/)
  const unsubscribeToken = sending.deps.vault.signAddress({
    purpose: 'unsubscribe',
    portalId: sending.portalId,
    enrollmentId: contact.enrollmentId,
  })
  const [run] = await sending.runs(contact.enrollmentId)
  const real = sending.deps.vault.signBounce({ portalId: sending.portalId, stepRunId: run?.id ?? '' })
  const forged = [
    unsubscribeToken,
    'a'.repeat(52),
    `${real[0] === 'a' ? 'b' : 'a'}${real.slice(1)}`,
    `${sending.portalId}-x`,
  ]
  for (const token of forged) {
    const mail = bare.replaceAll(new RegExp(BOUNCE_ADDRESS, 'g'), `bounces+${token}@mail.example.com`)
    expect(await receive(sending, mail)).toBe('unrelated')
  }
  await stillActive(sending, contact)
})

test('a token of a mail that never left changes nothing', async () => {
  const sending = await start({ steps: [email('one')] })
  const contact = await sending.enroll()
  const [run] = await sending.runs(contact.enrollmentId)
  const token = sending.deps.vault.signBounce({ portalId: sending.portalId, stepRunId: run?.id ?? '' })
  const { contact: other } = await mailed()
  const { raw } = await answerOf(other, 'bounce')
  const mail = strip(raw, /<\d+\.[a-z0-9]+@mail\.example\.com>/)
  expect(
    await receive(sending, mail.replaceAll(new RegExp(BOUNCE_ADDRESS, 'g'), `bounces+${token}@mail.example.com`)),
  ).toBe('unrelated')
  await stillActive(sending, contact)
})

test('an answer that names a Message-ID of ours in another portal, or a made-up one, is unrelated', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'reply')
  const id = messageIdOf(contact)
  const madeUp = id.replace(/\.(.)/, (_, first) => (first === '0' ? '.1' : '.0'))
  for (const other of [id.replace(/<\d+/, '<999999'), madeUp, id.replace('mail.', 'other.')]) {
    expect(await receive(sending, raw.replaceAll(id, other))).toBe('unrelated')
  }
  await stillActive(sending, contact)
})

test('an answer is found by References alone, and by a mail program that folds them', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'reply')
  const id = messageIdOf(contact)
  const folded = raw
    .replace(/In-Reply-To: .*\r\n/, '')
    .replace(`References: ${id}`, `References: <${systemIds()}@elsewhere.example>\r\n ${id}`)
  expect(await receive(sending, folded)).toBe('handled')
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ stopReason: 'replied' })
})

test.each([
  ['bounce', 'returned'],
  ['complaint', 'returned'],
  ['bounce', 'named in In-Reply-To'],
  ['bounce', 'named last in References'],
] as const)(
  'a %s of a mail that somebody wrote by hand into the conversation, which is %s, changes nothing',
  async (answer, how) => {
    const { sending, contact } = await mailed()
    const { raw } = await answerOf(contact, answer)
    const id = messageIdOf(contact)
    const byHand = '<by-hand@acme.example>'
    const report = strip(raw, BOUNCE_ADDRESS).replaceAll(id, how === 'returned' ? byHand : '')
    // Some servers continue the conversation of the returned mail: what that one answered stands before it.
    const answered = how === 'named last in References' ? '' : `In-Reply-To: ${byHand}\r\n`
    expect(await receive(sending, `${answered}References: ${id} ${byHand}\r\n${report}`)).toBe('unrelated')
    await stillActive(sending, contact)
  },
)

test('a report that does not name the returned mail is about what it answers', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'bounce')
  const id = messageIdOf(contact)
  const report = strip(raw, BOUNCE_ADDRESS).replaceAll(id, '')
  expect(await receive(sending, `References: ${id}\r\n${report}`)).toBe('handled')
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ stopReason: 'bounced' })
})

test('a bounce for another recipient of a forward stops, but does not list our address', async () => {
  const { sending, contact } = await mailed()
  const { raw } = await answerOf(contact, 'bounce')
  await receive(sending, raw.replaceAll(`rfc822; ${contact.email}`, 'rfc822; forwarded@elsewhere.example'))
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ stopReason: 'bounced' })
  expect(await sending.query(`select reason from suppressions where portal_id = ${sending.portalId}`)).toEqual([])
})
