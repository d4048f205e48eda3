import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { getRules } from '#modules/limits/get-rules.ts'
import type { History } from '#modules/simulation/history.ts'
import type { Setting } from '#modules/simulation/setting.ts'
import { simulate } from '#modules/simulation/simulate.ts'
import type { SimulatedWorld } from '#modules/simulation/simulated-world.ts'
import { readHistory } from '#modules/what-if/read-history.ts'
import { readSetting } from '#modules/what-if/read-setting.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { SendingRules } from '#shared/contract/limits.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { Sequence, SequenceDefinition } from '#shared/contract/sequence.ts'
import { hasSequence, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { useWorld, type WorldPortal } from '#test/support/world.ts'
import { type ComparedMail, lines, playLive } from './live-history.ts'
import { shuffled, tellHistory } from './told-history.ts'

const database = useDatabase()
const world = useWorld(database)
const server = new SmtpServer()
let mailer: Mailer
let deps: Deps

beforeAll(async () => {
  await server.start()
  mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate })
  deps = { ...world.deps, mailer, vault: linkVault }
})
afterAll(async () => {
  await mailer.close()
  await server.stop()
})

const OFFICE: ScheduleCalendar = {
  timeZone: null,
  windows: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', until: '17:00' })),
  businessDays: [1, 2, 3, 4, 5],
  holidays: { country: 'DE', region: 'BE' },
  ownDays: [],
}

const DEMO: SequenceDefinition = {
  stopWhenStageLeft: true,
  calendar: OFFICE,
  onReply: 'pause_others',
  steps: [
    {
      id: 'hello',
      kind: 'email',
      subject: 'Hello {{ contact.firstname | default: "there" }}',
      body: 'About {{ deal.name }}',
    },
    { id: 'days', kind: 'wait', amount: 2, unit: 'business_days' },
    { id: 'again', kind: 'email', subject: '', body: 'Dear {{ contact.firstname }}' },
    { id: 'until', kind: 'wait', until: 'time_of_day', time: '14:30' },
    { id: 'hours', kind: 'wait', amount: 30, unit: 'hours' },
    { id: 'last', kind: 'email', subject: 'Last word on {{ deal.name }}', body: 'Bye' },
  ],
}

const PROPOSAL: SequenceDefinition = {
  stopWhenStageLeft: true,
  steps: [
    { id: 'offer', kind: 'email', subject: 'Our offer for {{ deal.name }}', body: 'Amount {{ deal.amount }}' },
    { id: 'close', kind: 'wait', until: 'deal_date', property: 'closedate', days: -1, time: '10:00' },
    { id: 'soon', kind: 'email', subject: 'It is almost time', body: 'Tomorrow' },
  ],
}

interface Case {
  readonly name: string
  readonly seed: number
  readonly deals: number
  readonly from: string
  readonly rules: SendingRules
  readonly policy: Partial<EnrollmentPolicy>
}

const CASES: readonly Case[] = [
  {
    name: 'with limits and a stay in the stage',
    seed: 11,
    deals: 60,
    from: '2026-11-30T08:00:00Z',
    rules: { contactHours: 24, companyMinutes: 5, portalPerDay: 12, sensibleHours: 24 },
    policy: { dwellMinutes: 20, movingBack: 'nobody', reEntry: 'once' },
  },
  {
    name: 'over the weeks in which clocks change on two continents',
    seed: 12,
    deals: 40,
    from: '2027-03-10T08:00:00Z',
    rules: { contactHours: 0, companyMinutes: 30, portalPerDay: 0, sensibleHours: 24 },
    policy: { reEntry: 'every_entry', passingThrough: 'enroll' },
  },
]

for (const one of CASES) {
  test(`the simulation and reality send the same mails ${one.name}`, { timeout: 240_000 }, async () => {
    const from = Temporal.Instant.from(one.from)
    world.passes({ milliseconds: from.epochMilliseconds - world.clock.read().epochMilliseconds })
    const portal = await world.portal()
    const { demo } = await configure(portal, one)
    const history = tellHistory({ seed: one.seed, from: world.clock.read(), days: 21, deals: one.deals })
    const setting = await settingOf(portal, demo)

    const simulated = simulate(setting, history)
    const before = server.accepted.length
    const live = await playLive({ world, portal, deps, server: sinceNow(server, before) }, history)

    expect(live.length).toBeGreaterThan(one.deals)
    expect(lines(mailsOf(simulated))).toEqual(lines(live))
    // The same again from what HubSpot and our own tables know afterwards, as the settings page asks it.
    const read = await readHistory(deps, { ...setting, ...history }, async () => {})
    expect(lines(mailsOf(simulate(setting, asLoaded(read.history, history))))).toEqual(lines(live))
    // And whatever order the history is told in.
    expect(lines(mailsOf(simulate(setting, shuffled(history, 5))))).toEqual(lines(live))
  })
}

/** The server as if it had been new: only mails from now on. */
function sinceNow(all: SmtpServer, before: number): SmtpServer {
  return new Proxy(all, {
    get: (target, name) => (name === 'accepted' ? target.accepted.slice(before) : Reflect.get(target, name, target)),
  })
}

/** HubSpot keeps no history of close dates that we read, nor deleted deals: those come from the story. */
function asLoaded(loaded: History, told: History): History {
  const inHubSpot = new Set(loaded.deals.map(({ dealId }) => dealId))
  return {
    ...loaded,
    deals: [
      ...loaded.deals.map((deal) => ({
        ...deal,
        closeDate: told.deals.find(({ dealId }) => dealId === deal.dealId)?.closeDate ?? null,
      })),
      ...told.deals.filter(({ dealId }) => !inHubSpot.has(dealId)),
    ],
    contacts: [
      ...loaded.contacts,
      ...told.contacts.filter(({ contactId }) => !loaded.contacts.some((contact) => contact.contactId === contactId)),
    ],
    happenings: [
      ...loaded.happenings.filter(({ kind }) => kind !== 'away'),
      ...told.happenings.filter(({ kind }) => ['away', 'deleted', 'close_date', 'owner'].includes(kind)),
    ],
  }
}

async function configure(portal: WorldPortal, { rules, policy }: Case): Promise<{ demo: Sequence }> {
  const { portalId } = portal
  const admin = person(portalId)
  const demo = await hasSequence(deps, admin, { name: 'Demo', definition: DEMO })
  const proposal = await hasSequence(deps, admin, { name: 'Proposal', definition: PROPOSAL })
  await portal.maps('demo', demo.id, true, policy)
  await portal.maps('proposal', proposal.id)
  await inPortal(deps.db, portalId, async (trx) => {
    await trx
      .insertInto('pipelines')
      .values({ portalId, pipelineId: 'default', label: 'Sales', displayOrder: 0 })
      .execute()
    const stages = ['lead', 'demo', 'proposal', 'won'].map((stageId, displayOrder) => ({
      portalId,
      pipelineId: 'default',
      stageId,
      label: stageId,
      displayOrder,
      isClosed: false,
    }))
    await trx.insertInto('stages').values(stages).execute()
    const updated = { updatedAt: deps.clock(), updatedBy: 'test' }
    await trx
      .insertInto('sendingRules')
      .values({ portalId, rules: JSON.stringify(rules), ...updated })
      .execute()
  })
  expect(await getRules(deps, admin)).toEqual(rules)
  return { demo }
}

function settingOf({ portalId }: WorldPortal, { id: sequenceId, name, draft }: Sequence): Promise<Setting> {
  const asked = { sequenceId, name, definition: draft, stage: null }
  return inPortal(deps.db, portalId, (trx) => readSetting(deps, trx, portalId, asked))
}

function mailsOf({ mails }: SimulatedWorld): ComparedMail[] {
  return mails.map(({ at, enrollment, stepId, subject }) => ({
    at: at.toString(),
    dealId: enrollment.dealId,
    contactId: enrollment.contactId,
    step: stepId,
    subject,
  }))
}
