import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { describeActivity } from '#modules/activity/describe-activity.ts'
import { mergeDeals } from '#modules/merges/merge-deals.ts'
import type { OnReply } from '#shared/vocabulary.ts'
import { mergeEnrolled } from '#test/support/merge-enrolled.ts'
import { type EnrolledContact, email, type Sending, wait } from '#test/support/sending.ts'
import { waitFor } from '#test/support/steering.ts'
import { useInbound } from './use-inbound.ts'

const { start, answerOf, receive, incoming } = useInbound()

/** Ada and Bob of one deal, both mailed, each with a conversation of their own. */
async function deal(onReply?: OnReply) {
  const sending = await start({
    steps: [email('one'), wait('w', 2), email('two', '')],
    ...(onReply ? { onReply } : {}),
  })
  const [ada, bob] = [await sending.enroll(), await sending.enroll()]
  await sending.query(
    `update enrollments set deal_id = '${ada.dealId}' where portal_id = ${sending.portalId} and id = '${bob.enrollmentId}'`,
  )
  await sending.drain()
  const states = () =>
    Promise.all(
      [ada, bob].map(async ({ enrollmentId }) => {
        const { status, stopReason } = await sending.enrollment(enrollmentId)
        return stopReason ?? status
      }),
    )
  return { sending, ada, bob, states }
}

/** An answer in Ada's conversation that another address wrote. */
async function answers(sending: Sending, contact: EnrolledContact, from: string) {
  const { raw } = await answerOf(contact, 'reply')
  return receive(sending, raw.replace(/^From: .*$/m, `From: Somebody <${from}>`))
}

/** HubSpot's id of a contact. */
async function hubspotIdOf(sending: Sending, { contactId }: EnrolledContact): Promise<string> {
  const [row] = await sending.query<{ contactId: string }>(
    `select contact_id from contacts where portal_id = ${sending.portalId} and id = '${contactId}'`,
  )
  return row?.contactId ?? ''
}

/** What was told of answers, in words, with HubSpot's id of whom it is told. */
async function told(sending: Sending) {
  const rows = await sending.query<{ kind: string; contactId: string; data: Record<string, unknown> }>(
    `select kind, contact_id, data from activities where portal_id = ${sending.portalId}
     and (kind like 'mail.%' or kind = 'contact.replied') order by at, id`,
  )
  return rows.map((row) => `${row.contactId}: ${describeActivity({ dealId: null, ...row })}`)
}

test('the contact answers in capitals and without the tag of the address that was written to: it is the contact’s reply', async () => {
  const { sending, ada, states } = await deal('go_on')
  const tagged = ada.email.replace('@', '+sales@')
  await sending.query(
    `update deliveries set recipient = '${tagged}' where portal_id = ${sending.portalId} and enrollment_id = '${ada.enrollmentId}'`,
  )
  await answers(sending, ada, ada.email.toUpperCase())
  expect(await states()).toEqual(['replied', 'active'])
  expect((await incoming(sending))[0]?.evidence).toContain('It came from the address of the contact.')
})

test.each([
  ['the account’s address', (portalId: number) => `sales-${portalId}@mail.example.com`],
  ['a sender', () => 'eve@acme.example'],
  ['a sender’s reply address', () => 'inbox@acme.example'],
  ['an owner', () => 'owner@acme.example'],
  ['who connected', () => 'Admin@example.com'],
  ['an admin', () => 'boss@acme.example'],
])(
  '%s who answers in the conversation is not the contact: nothing stops, and it is said who it was',
  async (_who, from) => {
    const { sending, ada, states } = await deal()
    const { portalId } = sending
    await sending.query(
      `insert into senders (portal_id, id, address, reply_to, created_at, updated_at)
     values (${portalId}, gen_random_uuid(), 'eve@acme.example', 'inbox@acme.example', now(), now())`,
    )
    await sending.query(
      `insert into owners (portal_id, owner_id, email, name, archived) values (${portalId}, '9', 'owner@acme.example', 'Owner', false)`,
    )
    await sending.query(
      `insert into admins (portal_id, email, added_at) values (${portalId}, 'boss@acme.example', now())`,
    )
    expect(await answers(sending, ada, from(portalId))).toBe('handled')
    expect(await states()).toEqual(['active', 'active'])
    expect(await told(sending)).toEqual([
      `${await hubspotIdOf(sending, ada)}: One of your own people answered in the conversation of step 1 of Proposal follow-up; nothing was changed`,
    ])
    expect((await incoming(sending))[0]).toMatchObject({ effect: 'team_answered' })
  },
)

test('another contact of the deal who answers is told as the one who replied; both stop, whatever the others do', async () => {
  const { sending, ada, bob, states } = await deal('go_on')
  await answers(sending, ada, bob.email)
  expect(await states()).toEqual(['other_replied', 'replied'])
  const bobs = await hubspotIdOf(sending, bob)
  expect(await told(sending)).toEqual([`${bobs}: The contact replied to step 1 of Proposal follow-up`])
  const timeline = await sending.query<{ objectId: string }>(
    `select object_id from timeline_entries where portal_id = ${sending.portalId} and event_type = 'replied' and object_type = 'contact'`,
  )
  expect(timeline.map(({ objectId }) => objectId)).toEqual([bobs])
})

test('who stayed of two records is known by the present address, in the mails of either and of a deal that is gone', async () => {
  const { sending, ada, bob } = await deal('go_on')
  for (const contact of [ada, bob]) await sending.steer(contact, 'stop')
  const [eve, cleo] = [await sending.enroll(), await sending.enroll()]
  const evesId = await mergeEnrolled(sending, bob, eve)
  const merge = { into: cleo.dealId, merged: [ada.dealId], deal: undefined }
  await inPortal(sending.deps.db, sending.portalId, (trx) => mergeDeals(sending.deps, trx, sending.portal, merge))
  // In the conversation with the record that is gone, and as another contact of the deal in Ada's.
  for (const conversation of [bob, ada]) await answers(sending, conversation, eve.email)
  const said = `${evesId}: The contact replied to step 1 of Proposal follow-up`
  expect(await told(sending)).toEqual([said, said])
  expect(await sending.enrollment(eve.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'replied' })
})

test.each([
  ['go_on', 'active'],
  ['pause_others', 'paused'],
  ['stop_others', 'someone_replied'],
] as const)(
  'an unknown address that answers stops the sequence and is not called the contact; %s: the others are %s',
  async (onReply, others) => {
    const { sending, ada, states } = await deal(onReply)
    await answers(sending, ada, 'assistant@elsewhere.example')
    expect(await states()).toEqual(['someone_replied', others])
    expect(await told(sending)).toEqual([
      `${await hubspotIdOf(sending, ada)}: A mail of step 1 of Proposal follow-up was answered from an address that Stagecue does not know; look into the mailbox`,
    ])
    const replied = await sending.query(
      `select from timeline_entries where portal_id = ${sending.portalId} and event_type = 'replied'`,
    )
    expect(replied).toEqual([])
    expect(JSON.stringify(await incoming(sending))).not.toContain('@')
  },
)

test('a wait for the contact’s reply is not met by somebody else’s answer', async () => {
  const steps = [email('one'), waitFor('w', { onEvent: 'next', onTimeout: 'next' }), email('two', '')]
  const sending = await start({ steps })
  const contact = await sending.enroll()
  await sending.drain()
  await answers(sending, contact, 'assistant@elsewhere.example')
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'someone_replied',
  })
})
