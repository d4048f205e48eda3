import { afterAll, beforeAll, expect } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import type { History } from '#modules/simulation/history.ts'
import type { Setting } from '#modules/simulation/setting.ts'
import { simulate } from '#modules/simulation/simulate.ts'
import type { SimulatedWorld } from '#modules/simulation/simulated-world.ts'
import { readHistory } from '#modules/what-if/read-history.ts'
import { readSetting } from '#modules/what-if/read-setting.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { SendingRules } from '#shared/contract/limits.ts'
import type { Sequence, SequenceDefinition } from '#shared/contract/sequence.ts'
import { hasSequence, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { useWorld, type WorldPortal } from '#test/support/world.ts'
import { type ComparedMail, lines, playLive } from './live-history.ts'
import { shuffled, tellHistory } from './told-history.ts'

export interface RealityCase {
  readonly seed: number
  readonly deals: number
  readonly from: string
  readonly rules: SendingRules
  readonly policy: Partial<EnrollmentPolicy>
  /** Of the stage Demo; the other one is of Proposal. */
  readonly demo: SequenceDefinition
  readonly proposal: SequenceDefinition
  /** How many mails a day the sender of owner 7 may send; absent: that owner has none, and no deal has an owner. */
  readonly ownerCap?: number
}

/** A world with a mail server in which histories are simulated and then happen. */
export function useReality() {
  const world = useWorld(useDatabase())
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

  /** Simulates an invented history, lets it happen, and compares; returns the mails of both. */
  return async function agrees(one: RealityCase): Promise<readonly ComparedMail[]> {
    const from = Temporal.Instant.from(one.from)
    world.passes({ milliseconds: from.epochMilliseconds - world.clock.read().epochMilliseconds })
    const portal = await world.portal()
    const demo = await configure(deps, portal, one)
    const history = tellHistory({
      ...{ seed: one.seed, from: world.clock.read(), days: 21, deals: one.deals },
      owners: one.ownerCap === undefined ? [] : ['7', '8'],
    })
    const setting = await settingOf(deps, portal, demo)

    const simulated = lines(mailsOf(simulate(setting, history)))
    const before = server.accepted.length
    const mails = await playLive({ world, portal, deps, server: sinceNow(server, before) }, history)
    const live = lines(mails)

    expect(live.length).toBeGreaterThan(one.deals)
    expect(simulated).toEqual(live)
    // The same again from what HubSpot and our own tables know afterwards, as the settings page asks it.
    const read = await readHistory(deps, { ...setting, ...history, sequenceId: demo.id }, async () => {})
    expect(lines(mailsOf(simulate(setting, asLoaded(read.history, history))))).toEqual(live)
    // And whatever order the history is told in.
    expect(lines(mailsOf(simulate(setting, shuffled(history, 5))))).toEqual(live)
    return mails
  }
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

async function configure(
  deps: Deps,
  portal: WorldPortal,
  { rules, policy, ownerCap, ...sequences }: RealityCase,
): Promise<Sequence> {
  const { portalId } = portal
  const admin = person(portalId)
  const demo = await hasSequence(deps, admin, { name: 'Demo', definition: sequences.demo })
  const proposal = await hasSequence(deps, admin, { name: 'Proposal', definition: sequences.proposal })
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
    if (ownerCap !== undefined) await addOwner(trx, deps, portalId, ownerCap)
  })
  return demo
}

/** Owner 7 has a sender in the operator's domain; owner 8 has none. */
async function addOwner(trx: Trx, deps: Deps, portalId: number, dailyCap: number): Promise<void> {
  const [id, now] = [deps.ids(), deps.clock()]
  const address = `ada-${portalId}@${deps.settings.mailDomain}`
  const sender = { id, address, fromName: 'Ada', replyTo: address, dailyCap, createdAt: now, updatedAt: now }
  await trx
    .insertInto('senders')
    .values({ portalId, ...sender })
    .execute()
  const owners = ['7', '8'].map((ownerId) => ({ portalId, ownerId, email: null, name: ownerId, archived: false }))
  await trx
    .insertInto('owners')
    .values(owners.map((owner) => ({ ...owner, linkedByHand: true, senderId: owner.ownerId === '7' ? id : null })))
    .execute()
}

function settingOf(deps: Deps, { portalId }: WorldPortal, { id: sequenceId, name, draft }: Sequence): Promise<Setting> {
  const asked = { sequenceId, name, definition: draft, stage: null }
  return inPortal(deps.db, portalId, (trx) => readSetting(deps, trx, portalId, asked))
}

function mailsOf({ mails }: SimulatedWorld): ComparedMail[] {
  return mails.map(({ at, enrollment, stepId, subject, sender }) => ({
    at: at.toString(),
    dealId: enrollment.dealId,
    contactId: enrollment.contactId,
    step: stepId,
    subject,
    from: sender,
  }))
}
