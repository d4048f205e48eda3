import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import type { Deps } from '#deps'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { publishTimeline } from '#modules/activity/publish-timeline.ts'
import { explainDeal } from '#modules/explanations/explain-deal.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { useDatabase } from '#test/support/database.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { useWorld } from '#test/support/world.ts'
import { goRound } from '#worker/round.ts'

const world = useWorld(useDatabase())
const smtp = new SmtpServer()
let mailer: Mailer

beforeAll(async () => {
  await smtp.start()
  mailer = createSmtpMailer({ url: smtp.url, sleep: systemSleep, soon: setImmediate })
})
afterAll(async () => {
  await mailer.close()
  await smtp.stop()
})

/** What the worker does until nothing is due. */
async function works(): Promise<void> {
  await world.handlesEvents()
  const deps: Deps = { ...world.deps, mailer, vault: linkVault }
  const send = goRound<Deps>((deps, after) => sendDueSteps(deps, after), 0)
  while ((await send(deps)) > 0);
  // Entries of the timeline gather for a moment.
  world.clock.passes({ seconds: 3 })
  const cursor = { afterPortal: 0 }
  while ((await publishTimeline(deps, cursor)) > 0);
}

const explain = async (portalId: number, dealId: string) => (await explainDeal(world.deps, portalId, dealId)).join('\n')

/** No address, no name of a person: HubSpot's ids only. */
function expectNobodyNamed(story: string): void {
  expect(story).not.toMatch(/Ada|Byron|Rae|Ortiz/)
  expect(story).not.toMatch(/(ada|grace|rep)@/i)
}

test('the story of an enrolled deal goes from the event to the mail and the timeline, each with its reason', async () => {
  const portal = await world.portal()
  const { dealId, contactIds } = portal.hasDeal('lead', ['ada@explain.example', 'grace@explain.example'])
  await portal.maps('demo', await portal.hasSequence())
  const reply = '550 5.1.1 <grace@explain.example>: no such user'
  smtp.fault('rcpt', { kind: 'reply', text: reply }, { recipient: 'grace@explain.example' })
  portal.moves(dealId, 'demo')
  await works()

  const story = await explain(portal.portalId, dealId)
  const inOrder = [
    new RegExp(`^Deal ${dealId} in portal ${portal.portalId}: in demo since 2026-`),
    /EVENTS AND DECISIONS/,
    /event \d+: deal moved to stage demo — received 2026-.*, handled 2026-/,
    /→ Enrolled contact \d+: Enrolled in the mapped sequence/,
    /✓ .+ \(expected .+; found .+\)/,
    /ENROLLMENTS, STEPS AND MAILS/,
    /contact \d+ in "Sequence \d+" version 1 \(stage\) — /,
    /step 1 email: .+, due 2026-.* — .+/,
    /HUBSPOT TIMELINE/,
    /on (deal|contact) \d+: published 2026-/,
  ]
  let rest = story
  for (const line of inOrder) {
    const at = rest.search(line)
    expect([String(line), at >= 0]).toEqual([String(line), true])
    rest = rest.slice(at + 1)
  }
  for (const contactId of contactIds) expect(story).toContain(`contact ${contactId} in `)
  expect(story).toContain('Accepted by the mail server')
  expect(story).toContain('Refused by the mail server')
  expect(story).toContain('550 5.1.1')
  expectNobodyNamed(story)
})

test('the story of a deal that enrolled nobody says why', async () => {
  const portal = await world.portal()
  const { dealId } = portal.hasDeal('lead', ['ada@refused.example'])
  portal.moves(dealId, 'proposal')
  await works()
  const story = await explain(portal.portalId, dealId)
  expect(story).toContain('Not enrolled: No mapping for this stage')
  expect(story).toMatch(/✗ .+ \(expected .+; found .+\)/)
  expect(story).toMatch(/ENROLLMENTS, STEPS AND MAILS\n {2}none/)
  expectNobodyNamed(story)
})

test('of a deal it knows nothing about it says so, also when another portal has it', async () => {
  const portal = await world.portal()
  const other = await world.portal()
  const { dealId } = portal.hasDeal('lead', ['ada@unknown.example'])
  await works()
  for (const story of [await explain(other.portalId, dealId), await explain(portal.portalId, '999999')]) {
    expect(story).toMatch(/^Stagecue knows nothing of deal \d+ in portal \d+\./)
    expect(story).toContain('Either HubSpot sent no event')
  }
})
