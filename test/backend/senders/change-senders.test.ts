import { expect, test } from 'vitest'
import { createOwnServers } from '#mail/own-servers.ts'
import { mayReachPublic } from '#mail/reach-server.ts'
import { disconnect } from '#modules/installations/disconnect.ts'
import { addSender } from '#modules/senders/add-sender.ts'
import { changeSender } from '#modules/senders/change-sender.ts'
import { chooseDefault } from '#modules/senders/choose-default.ts'
import { listSenders } from '#modules/senders/list-senders.ts'
import { testSender } from '#modules/senders/test-sender.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { loginOf, mailbox, takenBy, useSenders } from './use-senders.ts'

const { adas, bobs, house, opens } = useSenders()
const key = () => ({ idempotencyKey: newKey() })
const withoutAddress = ({ address: _, ...rest }: ReturnType<typeof mailbox>) => rest

async function open() {
  const office = await opens()
  return { ...office, portal: person(office.sending.portalId) }
}

test('an account begins with its own sender as the default', async () => {
  const { deps, portal } = await open()
  const { senders, domains } = await listSenders(deps, portal)
  expect(senders).toMatchObject([
    {
      address: `sales-${portal.portalId}@mail.example.com`,
      fromName: `portal-${portal.portalId}.example`,
      replyTo: 'admin@example.com',
      isDefault: true,
      isAccount: true,
      active: true,
      problem: null,
      capToday: null,
    },
  ])
  expect(domains).toMatchObject([{ domain: 'mail.example.com', checkedAt: null }])
})

test('a password is never given back, is sealed, and stays only with its server and user', async () => {
  const { deps, portal, hires, sending } = await open()
  const ada = await hires('ada', { at: adas })
  expect(JSON.stringify(await listSenders(deps, portal))).not.toContain('secret-of-a-rep')
  expect(ada.server).toMatchObject({ user: 'rep', hasPassword: true })
  const everything = await sending.query<{ row: string }>(
    `select s::text as row from senders s where portal_id = ${portal.portalId}
     union all select k::text from idempotency_keys k where portal_id = ${portal.portalId}`,
  )
  expect(everything.map(({ row }) => row).join()).not.toContain('secret-of-a-rep')
  const change = (server: object) =>
    changeSender(deps, portal, ada.id, {
      ...withoutAddress(mailbox()),
      server: { ...loginOf(adas), password: null, ...server },
    })
  await change({})
  for (const moved of [{ host: '127.0.0.2' }, { user: 'other' }, { port: 1 }]) {
    await expect(change(moved)).rejects.toThrow('Enter the password')
  }
})

test('disconnecting erases passwords and switches their senders off', async () => {
  const { deps, portal, hires, sender } = await open()
  const [ada, bob] = [await hires('ada', { at: adas }), await hires('bob')]
  const oauth = { uninstall: async () => true, revoke: async () => true } as never
  await disconnect({ ...deps, oauth }, portal)
  expect(await sender(ada.id)).toMatchObject({ active: false, server: { hasPassword: false } })
  expect((await sender(ada.id)).problem).toContain('Enter it again and switch it on.')
  expect(await sender(bob.id)).toMatchObject({ active: true })
})

test.each([
  [{ address: 'ada' }, 'is not an e-mail address'],
  [{ address: 'ceo@mail.example.com', replyTo: 'a@b.example' }, 'ends with your account’s number'],
  [{ fromName: 'Ada\r\nBcc: x@y.example' }, 'on one line'],
  [{ replyTo: 'nobody' }, 'is not an e-mail address'],
  [{ signature: 'Hi {{ deal.secret }}' }, 'The signature uses'],
  [{ signature: 'a\u0000b' }, 'no mail can show'],
  [{ rampUp: { start: 1, step: 1 } }, 'needs a daily cap'],
])('what no mail could carry is refused: %j', async (wrong, sentence) => {
  const { deps, portal } = await open()
  await expect(addSender(deps, portal, mailbox(wrong))).rejects.toThrow(sentence)
  expect((await listSenders(deps, portal)).senders).toHaveLength(1)
})

test('an address at the operator’s domain carries the account’s number and somebody who reads the answers', async () => {
  const { deps, portal } = await open()
  const address = `ada-${portal.portalId}@mail.example.com`
  await expect(addSender(deps, portal, mailbox({ address }))).rejects.toThrow('Nobody reads')
  await addSender(deps, portal, mailbox({ address, replyTo: 'ada@acme.example' }))
  const own = mailbox({ address: `sales-${portal.portalId}@mail.example.com`, replyTo: 'ada@acme.example' })
  await expect(addSender(deps, portal, own)).rejects.toThrow('ends with your account’s number')
  await expect(addSender(deps, portal, mailbox({ address, replyTo: 'b@c.example' }))).rejects.toThrow(
    'has a sender already',
  )
})

test.each([
  ['127.0.0.1', 465],
  ['169.254.169.254', 587],
  ['10.0.0.5', 25],
  ['::1', 465],
  ['smtp.example.com', 5432],
])('in production %s:%i is no mail server of a sender', async (host, port) => {
  const { deps, portal } = await open()
  const ownServers = createOwnServers({ ...deps, mayReach: mayReachPublic, soon: setImmediate })
  const server = { host, port, tls: 'tls', user: '', password: null } as const
  const adding = addSender({ ...deps, ownServers }, portal, mailbox({ server }))
  await expect(adding).rejects.toThrow('This mail server cannot be used.')
})

test('there is one default, and it can be moved to a sender that is on', async () => {
  const { deps, portal, hires, sender } = await open()
  const [ada, bob] = [await hires('ada'), await hires('bob', { active: false })]
  await chooseDefault(deps, portal, ada.id, key())
  const defaults = (await listSenders(deps, portal)).senders.filter(({ isDefault }) => isDefault)
  expect(defaults.map(({ id }) => id)).toEqual([ada.id])
  await expect(chooseDefault(deps, portal, bob.id, key())).rejects.toMatchObject({ code: 'conflict' })
  const elsewhere = person((await opens()).sending.portalId)
  await expect(chooseDefault(deps, elsewhere, ada.id, key())).rejects.toMatchObject({ code: 'not_found' })
  expect(await sender(ada.id)).toMatchObject({ isDefault: true })
})

test('the account’s own sender takes a cap and a signature here, its name elsewhere, and no server', async () => {
  const { deps, portal } = await open()
  const [account] = (await listSenders(deps, portal)).senders
  const same = withoutAddress(mailbox({ fromName: account?.fromName ?? '', replyTo: account?.replyTo ?? '' }))
  const change = (given: object) => changeSender(deps, portal, account?.id ?? '', { ...same, ...given, ...key() })
  const { senders } = await change({ dailyCap: 50, signature: 'Sales' })
  expect(senders[0]).toMatchObject({ dailyCap: 50, capToday: 50, signature: 'Sales' })
  await expect(change({ fromName: 'Other' })).rejects.toThrow('in its form')
  await expect(change({ server: loginOf(adas) })).rejects.toThrow('uses the mail server of Stagecue')
})

test('a test mail goes to who asked, once, by the sender’s own server, and says what that answered', async () => {
  const { deps, portal, hires, sender } = await open()
  const ada = await hires('ada', { at: adas })
  const change = key()
  expect(await testSender(deps, portal, ada.id, change)).toEqual({
    sent: true,
    message: 'A test mail from ada@acme.example is on its way to admin@example.com.',
  })
  expect(await testSender(deps, portal, ada.id, change)).toMatchObject({ sent: null })
  expect(takenBy(adas)).toEqual(['ada@acme.example to admin@example.com'])
  const bob = await hires('bob', { at: bobs })
  bobs.fault('auth', { kind: 'reply', text: '535 5.7.8 no' })
  const answer = await testSender(deps, portal, bob.id, key())
  expect(answer).toMatchObject({ sent: false })
  expect(answer.message).toContain('535 5.7.8 no')
  expect((await sender(bob.id)).problem).toContain('535 5.7.8 no')
  const [account] = (await listSenders(deps, portal)).senders
  await testSender(deps, portal, account?.id ?? '', key())
  expect(takenBy(house)).toEqual([`sales-${portal.portalId}@mail.example.com to admin@example.com`])
})
