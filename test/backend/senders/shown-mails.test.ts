import PostalMime from 'postal-mime'
import { afterEach, expect, test } from 'vitest'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import { previewStep } from '#modules/previews/preview-step.ts'
import { changeSender } from '#modules/senders/change-sender.ts'
import { chooseDefault } from '#modules/senders/choose-default.ts'
import { approveMail } from '#modules/steps/approve-mail.ts'
import { readMailToApprove } from '#modules/steps/read-mail-to-approve.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { sendTestMail } from '#modules/test-mails/send-test-mail.ts'
import { hasSequence, newKey, person } from '#test/support/configured-portal.ts'
import { email, wait } from '#test/support/sending.ts'
import { mailbox, type Office, takenBy, useSenders } from './use-senders.ts'

const { clock, house, adas, bobs, opens } = useSenders()
afterEach(() => {
  for (const server of [house, adas, bobs]) server.accepted.length = 0
})

const asked = { ...email('one', 'Hello', 'Hi there'), approval: 'before_send' } as const

const textAtAdas = async () => (await PostalMime.parse(adas.accepted[0]?.raw ?? '')).text ?? ''

/** A deal of Ada's whose mail waits to be read. */
async function waiting() {
  const office = await opens([asked])
  const ada = await office.hires('ada', { signature: 'Best, {{ sender.name }}', at: adas })
  await office.hires('bob', { at: bobs })
  await office.hasOwner('71', 'ada@acme.example')
  await office.hasOwner('72', 'bob@acme.example')
  const contact = await office.enrolls('71')
  await keepsOwner(office, contact.dealId, '71')
  await office.works()
  const [run] = await office.sending.runs(contact.enrollmentId)
  const portal = person(office.sending.portalId, 'rep@example.com')
  const id = run?.id ?? ''
  const read = () => readMailToApprove(office.deps, portal, id)
  const approve = async (edit?: { subject: string; body: string }) => {
    const { seen } = await read()
    await approveMail(office.deps, portal, id, { seen, ...(edit ? { edit } : {}), idempotencyKey: newKey() })
  }
  return { office, ada, contact, read, approve }
}

/** What is kept of the deal, as a reading of it would leave it. */
const keepsOwner = ({ sending }: Office, dealId: string, ownerId: string) =>
  sending.query(`update deals set owner_id = '${ownerId}' where deal_id = '${dealId}'`)

test('who approves a mail reads whom it comes from and the signature, and that is what arrives', async () => {
  const { office, contact, read, approve } = await waiting()
  const shown = await read()
  expect(shown).toMatchObject({ from: 'ada <ada@acme.example>', subject: 'Hello', text: 'Hi there\n\nBest, ada' })
  expect(shown.edit.body).toBe('Hi there')
  await approve()
  await office.works()
  expect(takenBy(adas)).toEqual([`ada@acme.example to ${contact.email}`])
  expect(await textAtAdas()).toContain(shown.text)
})

test('a person’s own words get the signature once', async () => {
  const { office, read, approve } = await waiting()
  const { edit } = await read()
  await approve({ ...edit, body: `${edit.body}, dear Ada` })
  await office.works()
  const text = await textAtAdas()
  expect(text).toContain('Hi there, dear Ada\n\nBest, ada')
  expect(text.match(/Best, ada/g)).toHaveLength(1)
})

test.each([
  ['another owner', async ({ office, contact }: Awaited<ReturnType<typeof waiting>>) => office.owns(contact, '72')],
  [
    'another signature',
    async ({ office, ada }: Awaited<ReturnType<typeof waiting>>) => {
      const { hasPassword: _, ...server } = ada.server ?? { hasPassword: true }
      const { address: __, ...same } = mailbox({ fromName: 'ada', signature: 'Cheers, {{ sender.name }}' })
      const input = { ...same, server: { ...server, password: null } as never, idempotencyKey: newKey() }
      await changeSender(office.deps, person(office.sending.portalId), ada.id, input)
    },
  ],
])('a mail that was approved is read again after %s', async (_what, change) => {
  const all = await waiting()
  const { office, contact, approve, read } = all
  await approve()
  await change(all)
  await office.works()
  expect([house, adas, bobs].flatMap(takenBy)).toEqual([])
  const [run] = await office.sending.runs(contact.enrollmentId)
  expect(run).toMatchObject({ status: 'held', why: expect.stringContaining('has changed since it was approved') })
  await keepsOwner(office, contact.dealId, office.sending.deals.get(contact.dealId)?.ownerId ?? '')
  expect((await read()).seen).not.toBe('')
  await approve()
  await office.works()
  expect([adas, bobs].flatMap(takenBy)).toHaveLength(1)
})

test('a conversation whose deal has a new owner waits, the card says who would write, and after a retry that is who does', async () => {
  const office = await opens([email('one'), wait('w', 1), email('two', '')])
  await office.hires('ada', { at: adas })
  await office.hires('bob', { at: bobs })
  await office.hasOwner('71', 'ada@acme.example')
  await office.hasOwner('72', 'bob@acme.example')
  const contact = await office.enrolls('71')
  await office.sending.query(
    `update enrollments set start_kept = true, start_owner_id = '71' where id = '${contact.enrollmentId}'`,
  )
  await office.works()
  await office.owns(contact, '72')
  clock.passes({ hours: 24 })
  await office.works()
  const run = (await office.sending.runs(contact.enrollmentId)).find(({ status }) => status === 'held')
  await office.sending.query(`update deals set owner_id = '72', read_at = '${clock.read()}'`)
  const portal = person(office.sending.portalId)
  const card = await getDealCard(office.deps, portal, contact.dealId, async () => true)
  expect(card.contacts[0]?.enrollments[0]?.why).toBe(
    'The deal has another owner than when the sequence began. Check who should write now, then try again. From ada, who wrote the mail before.',
  )
  await resolveStep(office.deps, portal, { stepRunId: run?.id ?? '', action: 'retry' })
  await office.works()
  expect(takenBy(adas)).toHaveLength(2)
  expect(takenBy(bobs)).toEqual([])
})

test('a preview and a test mail come from the default sender, with its signature and by its mail server', async () => {
  const office = await opens()
  const { deps, sending } = office
  const ada = await office.hires('ada', { signature: 'Best, {{ sender.name }}', at: adas })
  const admin = person(sending.portalId, 'admin@example.com')
  await chooseDefault(deps, admin, ada.id, { idempotencyKey: newKey() })
  const definition = { stopWhenStageLeft: true, steps: [email('one', 'Hello', 'Hi there')] }
  const { id } = await hasSequence(deps, admin, { definition, published: false })
  const shown = await previewStep(deps, admin, id, { stepId: 'one' })
  expect(shown).toMatchObject({ from: 'ada <ada@acme.example>', replyTo: 'ada@acme.example', signedBy: null })
  expect(shown.text).toContain('Hi there\n\nBest, ada')
  await sendTestMail(deps, admin, id, { stepId: 'one', idempotencyKey: newKey() }, {})
  expect(takenBy(adas)).toEqual(['ada@acme.example to admin@example.com'])
  expect(await textAtAdas()).toContain('Hi there\n\nBest, ada')
  expect(takenBy(house)).toEqual([])
})
