import { afterAll, afterEach, beforeAll } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import type { Deps } from '#deps'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { ReadSendFacts } from '#modules/steps/steps-deps.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { useWorld, type World, type WorldPortal } from '#test/support/world.ts'
import { goRound } from '#worker/round.ts'

export type Rules = Partial<Omit<SequenceDefinition, 'steps'>>

export interface Enrolled {
  readonly portal: WorldPortal
  readonly dealId: string
  readonly contactId: string
  readonly address: string
}

export interface Beginning {
  /** The stage that enrolls. */
  readonly stage?: string
  /** Of the mail. */
  readonly body?: string
  /** So many other contacts of the deal, at `more-1-<address>` and so on. */
  readonly more?: number
  /** What is so in HubSpot before the deal enters it. */
  readonly before?: (enrolled: Enrolled) => void
}

export interface Truth {
  readonly world: World
  /** `readFacts`: how HubSpot is asked, where it is not as ever. */
  sends(readFacts?: ReadSendFacts): Promise<void>
  /** Enrolled an hour ago; the mail is due in one second. From here on no webhook tells of anything. */
  almostDue(rules?: Rules, beginning?: Beginning): Promise<Enrolled>
  oneSecondLater(): Promise<void>
  mailsTo(address: string): unknown[]
  newAddress(): string
  setDeal(name: string, value: string): (enrolled: Enrolled) => void
  setContact(name: string, value: string): (enrolled: Enrolled) => void
  /** A moment of HubSpot's, some days from now. */
  inDays(days: number): string
}

/** People who are about to get a mail, in a world with a real mail server; for the tests of one file. */
export function useTruth(database: TestDatabase): Truth {
  const world = useWorld(database)
  const server = new SmtpServer()
  let mailer: Mailer
  let people = 0
  beforeAll(async () => {
    await server.start()
    mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate })
  })
  afterEach(() => {
    server.clear()
    world.sandbox.webhooks.resume()
  })
  afterAll(async () => {
    await mailer.close()
    await server.stop()
  })
  const newAddress = () => `person-${++people}@truth.example`
  async function sends(readFacts?: ReadSendFacts): Promise<void> {
    const deps: Deps = { ...world.deps, mailer, vault: linkVault }
    const pass = goRound<Deps>((given, after) => sendDueSteps(given, after, readFacts), 0)
    while ((await pass(deps)) > 0);
  }
  return {
    world,
    sends,
    newAddress,
    async almostDue(rules = {}, { stage = 'demo', body = 'Hi there.', more = 0, before } = {}) {
      const portal = await world.portal()
      const address = newAddress()
      const others = Array.from({ length: more }, (_, index) => `more-${index + 1}-${address}`)
      const { dealId, contactIds } = portal.hasDeal('lead', [address, ...others])
      const enrolled = { portal, dealId, contactId: contactIds[0] ?? '', address }
      before?.(enrolled)
      const sequence = await portal.hasSequence(
        [
          { id: 'pause', kind: 'wait', amount: 1, unit: 'hours' },
          { id: 'mail', kind: 'email', subject: 'Hello', body },
        ],
        rules,
      )
      await portal.maps(stage, sequence)
      portal.moves(dealId, stage)
      await world.handlesEvents()
      await sends()
      world.passes({ minutes: 59, seconds: 59 })
      world.sandbox.webhooks.pause()
      return enrolled
    },
    async oneSecondLater() {
      world.passes({ seconds: 1 })
      await sends()
    },
    mailsTo: (address) => server.accepted.filter((mail) => mail.recipients.includes(address)),
    setDeal:
      (name, value) =>
      ({ portal, dealId }) =>
        world.sandbox.updateRecord(portal.portalId, 'deals', dealId, { [name]: value }),
    setContact:
      (name, value) =>
      ({ portal, contactId }) =>
        world.sandbox.updateRecord(portal.portalId, 'contacts', contactId, { [name]: value }),
    inDays: (days) =>
      world.clock
        .read()
        .add({ hours: 24 * days })
        .toString(),
  }
}
