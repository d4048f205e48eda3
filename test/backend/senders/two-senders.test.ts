import { afterEach, expect, test } from 'vitest'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import { linkOwner } from '#modules/owners/link-owner.ts'
import { changeSender } from '#modules/senders/change-sender.ts'
import { chooseDefault } from '#modules/senders/choose-default.ts'
import type { SenderRow } from '#shared/contract/sender.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { email, wait } from '#test/support/sending.ts'
import { mailbox, type Office, takenBy, useSenders } from './use-senders.ts'

const { clock, house, adas, bobs, opens } = useSenders()
afterEach(() => {
  for (const server of [house, adas, bobs]) {
    server.accepted.length = 0
    server.clear()
  }
})

const TWO_MAILS = [email('one'), wait('w', 1), email('two', '')]
const account = ({ sending }: Office) => `sales-${sending.portalId}@mail.example.com`

/** Changes what is given of a sender; its password stays. */
async function changes({ deps, sending }: Office, sender: SenderRow, given: object): Promise<void> {
  const { address: _, ...same } = mailbox({ fromName: sender.fromName })
  const server = sender.server && { ...sender.server, password: null, hasPassword: undefined }
  const { hasPassword: __, ...kept } = server ?? {}
  const input = { ...same, server: server && (kept as never), ...given, idempotencyKey: newKey() }
  await changeSender(deps, person(sending.portalId), sender.id, input)
}

async function twoReps(steps = [email('one')]) {
  const office = await opens(steps)
  const ada = await office.hires('ada', { at: adas, signature: 'Best, {{ sender.name }}' })
  const bob = await office.hires('bob', { at: bobs })
  await office.hasOwner('71', 'ada@acme.example')
  await office.hasOwner('72', 'bob@acme.example')
  await office.hasOwner('73', 'nobody@acme.example')
  return { office, ada, bob }
}

test('the mail of each owner’s deal leaves by their own mail server, every other by the default', async () => {
  const { office } = await twoReps()
  const contacts = []
  for (const owner of ['71', '72', '73', null, '99']) contacts.push(await office.enrolls(owner))
  await office.works()
  const [a, b, ...others] = contacts.map((contact) => contact.email)
  expect(takenBy(adas)).toEqual([`ada@acme.example to ${a}`])
  expect(takenBy(bobs)).toEqual([`bob@acme.example to ${b}`])
  expect(takenBy(house).toSorted()).toEqual(others.map((to) => `${account(office)} to ${to}`).toSorted())
  const [mail] = adas.accepted
  expect(mail?.raw).toContain('Best, ada')
  expect(mail?.raw).toContain('Reply-To: ada@acme.example')
  expect(mail?.from).toMatch(/^bounces\+.+@mail\.example\.com$/)
  const kept = await office.sending.query<{ fromAddress: string }>(
    `select from_address from deliveries where portal_id = ${office.sending.portalId} order by from_address`,
  )
  expect(kept.map((row) => row.fromAddress)).toEqual([
    'ada@acme.example',
    'bob@acme.example',
    ...Array(3).fill(account(office)),
  ])
})

test('a conversation goes on in the name that began it, whoever owns the deal by then', async () => {
  const { office } = await twoReps(TWO_MAILS)
  const contact = await office.enrolls('71')
  await office.works()
  await office.owns(contact, '72')
  clock.passes({ hours: 24 })
  await office.works()
  expect(takenBy(adas)).toHaveLength(2)
  expect(takenBy(bobs)).toEqual([])
})

test('a sender that is switched off mid-conversation writes no more: the owner’s, or the default, goes on', async () => {
  const { office, ada } = await twoReps(TWO_MAILS)
  const [moved, kept] = [await office.enrolls('71'), await office.enrolls('71')]
  await office.works()
  expect(takenBy(adas)).toHaveLength(2)
  await changes(office, ada, { active: false })
  await office.owns(moved, '72')
  clock.passes({ hours: 24 })
  await office.works()
  expect(takenBy(adas)).toHaveLength(2)
  expect(takenBy(bobs)).toEqual([`bob@acme.example to ${moved.email}`])
  expect(takenBy(house)).toEqual([`${account(office)} to ${kept.email}`])
  expect(bobs.accepted[0]?.raw).toContain('References:')
})

test('a sender that is switched off while its server is being talked to sends nothing: the gate closes, another goes on', async () => {
  const { office, ada } = await twoReps()
  const contact = await office.enrolls('71')
  adas.before('rcpt', async () => {
    adas.before('rcpt', undefined)
    await changes(office, ada, { active: false })
  })
  await office.works()
  expect(takenBy(adas)).toEqual([])
  expect(takenBy(house)).toEqual([`${account(office)} to ${contact.email}`])
})

test('a sender whose login fails waits with the server’s words, the others go on, and it says so until it works', async () => {
  const { office, ada } = await twoReps()
  const [a, b] = [await office.enrolls('71'), await office.enrolls('72')]
  adas.fault('auth', { kind: 'reply', text: '535 5.7.8 wrong password' }, { times: 5 })
  await office.works()
  expect(takenBy(adas)).toEqual([])
  expect(takenBy(bobs)).toEqual([`bob@acme.example to ${b.email}`])
  const [run] = await office.sending.runs(a.enrollmentId)
  expect(run).toMatchObject({ status: 'scheduled', attempts: 0 })
  expect(run?.why).toContain('535 5.7.8 wrong password')
  expect((await office.sender(ada.id)).problem).toContain('535 5.7.8 wrong password')
  adas.clear()
  clock.passes({ minutes: 30 })
  await office.works()
  expect(takenBy(adas)).toEqual([`ada@acme.example to ${a.email}`])
  expect((await office.sender(ada.id)).problem).toBeNull()
})

test('a frozen mail keeps its sender although the deal has another owner when it is tried again', async () => {
  const { office } = await twoReps()
  const contact = await office.enrolls('71')
  adas.fault('rcpt', { kind: 'reply', text: '451 4.7.1 try later' })
  await office.works()
  const [frozen] = await office.sending.deliveries()
  await office.owns(contact, '72')
  clock.passes({ hours: 1 })
  await office.works()
  expect(takenBy(adas)).toEqual([`ada@acme.example to ${contact.email}`])
  expect(adas.accepted[0]?.messageId).toBe(frozen?.messageId)
})

test('an owner is linked by hand to another sender, to none, and back to the one with the same address', async () => {
  const { office, bob } = await twoReps()
  const link = (to: string, revision: number) =>
    linkOwner(office.deps, person(office.sending.portalId), '71', { link: to, revision, idempotencyKey: newKey() })
  await link(bob.id, 0)
  await office.enrolls('71')
  await office.works()
  expect([adas, bobs, house].map((server) => server.accepted.length)).toEqual([0, 1, 0])
  await link('none', 1)
  await office.enrolls('71')
  await office.works()
  expect([adas, bobs, house].map((server) => server.accepted.length)).toEqual([0, 1, 1])
  await link('match', 2)
  await office.enrolls('71')
  await office.works()
  expect([adas, bobs, house].map((server) => server.accepted.length)).toEqual([1, 1, 1])
})

test('with no sender that could write, the mail is held and says what to do', async () => {
  const { office, ada } = await twoReps()
  await chooseDefault(office.deps, person(office.sending.portalId), ada.id, { idempotencyKey: newKey() })
  await changes(office, ada, { active: false })
  const contact = await office.enrolls(null)
  await office.works()
  const [run] = await office.sending.runs(contact.enrollmentId)
  expect(run).toMatchObject({ status: 'held' })
  expect(run?.why).toBe(
    'The default sender is switched off, and the deal’s owner has none that could send. Change it in the settings, then try again.',
  )
})

test('the card says who writes next and why', async () => {
  const { office } = await twoReps([wait('before', 1), ...TWO_MAILS])
  const contact = await office.enrolls('71')
  const why = async () => {
    const card = await getDealCard(office.deps, person(office.sending.portalId), contact.dealId, async () => true)
    return card.contacts[0]?.enrollments[0]?.why
  }
  const set = (owner: string) =>
    office.sending.query(
      `update deals set owner_id = ${owner}, read_at = '${clock.read()}' where deal_id = '${contact.dealId}'`,
    )
  await set("'71'")
  expect(await why()).toMatch(/From ada, the sender of the deal’s owner\.$/)
  await set('null')
  expect(await why()).toMatch(/From portal-\d+\.example, the account’s default, because the deal has no owner\.$/)
  clock.passes({ hours: 24 })
  await office.works()
  await set("'72'")
  expect(await why()).toMatch(/From ada, who wrote the mail before\.$/)
})
