import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { useDatabase } from '#test/support/database.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { useWorld, type WorldPortal } from '#test/support/world.ts'
import { goRound } from '#worker/round.ts'

const database = useDatabase()
const world = useWorld(database)
const server = new SmtpServer()
let mailer: Mailer

beforeAll(async () => {
  await server.start()
  mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate })
})
afterEach(() => server.clear())
afterAll(async () => {
  await mailer.close()
  await server.stop()
})

async function sends(): Promise<void> {
  const deps: Deps = { ...world.deps, mailer, vault: linkVault }
  const pass = goRound<Deps>((given, after) => sendDueSteps(given, after), 0)
  while ((await pass(deps)) > 0);
}

interface Enrolled {
  readonly portal: WorldPortal
  readonly dealId: string
  readonly contactId: string
  readonly address: string
}

let people = 0

/** Enrolled an hour ago; the mail is due in one second. From here on no webhook tells of anything. */
async function almostDue(stopWhenStageLeft = true): Promise<Enrolled> {
  const portal = await world.portal()
  const address = `person-${++people}@truth.example`
  const { dealId, contactIds } = portal.hasDeal('lead', [address])
  const sequence = await portal.hasSequence(
    [
      { id: 'pause', kind: 'wait', amount: 1, unit: 'hours' },
      { id: 'mail', kind: 'email', subject: 'Hello', body: 'Hi there.' },
    ],
    { stopWhenStageLeft },
  )
  await portal.maps('demo', sequence)
  portal.moves(dealId, 'demo')
  await world.handlesEvents()
  await sends()
  world.passes({ minutes: 59, seconds: 59 })
  world.sandbox.webhooks.pause()
  return { portal, dealId, contactId: contactIds[0] ?? '', address }
}

async function oneSecondLater(): Promise<void> {
  world.passes({ seconds: 1 })
  await sends()
}

const mailsTo = (address: string) => server.accepted.filter((mail) => mail.recipients.includes(address))

afterEach(() => world.sandbox.webhooks.resume())

test('without any change the mail goes out', async () => {
  const { address } = await almostDue()
  await oneSecondLater()
  expect(mailsTo(address)).toHaveLength(1)
})

const CHANGES: [what: string, reason: string, change: (enrolled: Enrolled) => void][] = [
  ['the deal moved on', 'stage_left', ({ portal, dealId }) => portal.moves(dealId, 'won')],
  ['the deal was deleted', 'deal_deleted', ({ portal, dealId }) => world.sandbox.deleteDeal(portal.portalId, dealId)],
  [
    'the contact was taken off the deal',
    'contact_removed',
    ({ portal, dealId, contactId }) => world.sandbox.dissociate(portal.portalId, dealId, contactId),
  ],
  [
    'the contact was deleted',
    'contact_deleted',
    ({ portal, contactId }) => world.sandbox.deleteContact(portal.portalId, contactId),
  ],
  [
    'the contact opted out',
    'unsubscribed',
    ({ portal, contactId }) =>
      world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, { hs_email_optout: 'true' }),
  ],
]

test.each(CHANGES)('%s one second before the mail, and nobody told us: no mail (%s)', async (_what, reason, change) => {
  const enrolled = await almostDue()
  change(enrolled)
  await oneSecondLater()
  expect(mailsTo(enrolled.address)).toEqual([])
  expect(await enrolled.portal.enrollments(enrolled.dealId)).toMatchObject([{ status: 'stopped', stopReason: reason }])
})

test.each(CHANGES.filter(([, reason]) => reason !== 'stage_left'))(
  '%s: a sequence that does not stop with the stage stops as well (%s)',
  async (_what, reason, change) => {
    const enrolled = await almostDue(false)
    change(enrolled)
    await oneSecondLater()
    expect(mailsTo(enrolled.address)).toEqual([])
    expect(await enrolled.portal.enrollments(enrolled.dealId)).toMatchObject([{ stopReason: reason }])
  },
)

test('an address that changed one second before is the one that gets the mail, and the old one none', async () => {
  const { portal, contactId, address } = await almostDue()
  const changed = `new-${address}`
  world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, { email: changed })
  await oneSecondLater()
  expect(mailsTo(address)).toEqual([])
  expect(mailsTo(changed)).toHaveLength(1)
})

test('an address that was taken away one second before leaves a step that says so', async () => {
  const { portal, contactId, address } = await almostDue()
  world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, { email: '' })
  await oneSecondLater()
  expect(mailsTo(address)).toEqual([])
  const runs = await inPortal(database.db, portal.portalId, (trx) =>
    trx.selectFrom('stepRuns').where('kind', '=', 'email').select(['status', 'why']).execute(),
  )
  expect(runs).toMatchObject([{ status: 'held', why: expect.stringContaining('no e-mail address') }])
})
