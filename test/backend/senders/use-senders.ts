import { afterAll, beforeAll } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import type { Mailer } from '#mail/mailer.ts'
import { createOwnServers, type OwnServers } from '#mail/own-servers.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { addSender } from '#modules/senders/add-sender.ts'
import { listSenders } from '#modules/senders/list-senders.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { StepsDeps } from '#modules/steps/steps-deps.ts'
import type { AddSender, SenderRow } from '#shared/contract/sender.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, TestClock } from '#test/support/deps.ts'
import { type EnrolledContact, type Sending, STAGE, startSending } from '#test/support/sending.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { openVault } from '#vault/open-vault.ts'

/** Servers of tests are on this machine. */
export const ANYWHERE = { ports: 'any', address: () => true } as const

export interface Office {
  readonly sending: Sending
  readonly deps: StepsDeps
  /** Adds a sender with the address `<name>@acme.example`; with `server` one that logs in there. */
  hires(name: string, given?: Partial<AddSender> & { at?: SmtpServer }): Promise<SenderRow>
  sender(id: string): Promise<SenderRow>
  /** HubSpot has an owner with this address. */
  hasOwner(ownerId: string, email: string): Promise<void>
  /** Enrolls a contact through a deal that the owner has. */
  enrolls(ownerId: string | null): Promise<EnrolledContact>
  owns(contact: EnrolledContact, ownerId: string | null): Promise<void>
  /** Passes until nothing is due. */
  works(): Promise<void>
}

/** Three real mail servers and portals that send through them: Stagecue's own, and one for each of two senders. */
export function useSenders() {
  const { db, url } = useDatabase()
  const clock = new TestClock()
  const [house, adas, bobs] = [new SmtpServer(), new SmtpServer(), new SmtpServer()]
  let mailer: Mailer
  let ownServers: OwnServers
  const dns = makeDeps({ db, clock }).dns

  beforeAll(async () => {
    for (const server of [house, adas, bobs]) {
      server.extensions.push('AUTH PLAIN')
      await server.start()
    }
    mailer = createSmtpMailer({ url: house.url, sleep: systemSleep, soon: setImmediate })
    ownServers = createOwnServers({ dns, mayReach: ANYWHERE, sleep: systemSleep, soon: setImmediate })
  })
  afterAll(async () => {
    await Promise.all([mailer.close(), ownServers.close()])
    await Promise.all([house, adas, bobs].map((server) => server.stop()))
  })

  async function opens(steps?: Step[]): Promise<Office> {
    const sending = await startSending({ db, clock, mailer, ...(steps ? { steps } : {}) })
    const vault = await openVault([{ kid: 'test', key: Buffer.alloc(32, 7) }])
    const deps: StepsDeps = { ...sending.deps, vault, ownServers, dns }
    const portal = person(sending.portalId)
    const sender = async (id: string) => {
      const found = (await listSenders(deps, portal)).senders.find((row) => row.id === id)
      if (!found) throw new Error('there is no such sender')
      return found
    }
    const owns: Office['owns'] = async ({ dealId }, ownerId) => {
      sending.deals.set(dealId, { ...STAGE, deleted: false, ownerId })
    }
    return {
      sending,
      deps,
      sender,
      owns,
      async hires(name, { at, ...given } = {}) {
        const address = `${name}@acme.example`
        const input = mailbox({ address, fromName: name, ...(at ? { server: loginOf(at) } : {}), ...given })
        const { senders } = await addSender(deps, portal, input)
        return sender(senders.find((row) => row.address === input.address)?.id ?? '')
      },
      hasOwner: async (ownerId, email) => {
        await sending.query(
          `insert into owners (portal_id, owner_id, email, name, archived)
           values (${sending.portalId}, '${ownerId}', '${email}', 'Owner ${ownerId}', false)`,
        )
      },
      async enrolls(ownerId) {
        const contact = await sending.enroll()
        await owns(contact, ownerId)
        return contact
      },
      async works() {
        for (let pass = 0; pass < 50; pass++) {
          const result = await sendDueSteps(deps, sending.portalId - 1, deps.readSendFacts)
          if (result?.portalId !== sending.portalId || result.handled === 0) return
        }
      },
    }
  }
  return { db, url, clock, house, adas, bobs, opens }
}

/** A sender as a form sends it, without cap. */
export function mailbox(given: Partial<AddSender> = {}): AddSender {
  return {
    address: 'ada@acme.example',
    fromName: 'Ada Rep',
    replyTo: '',
    signature: '',
    server: null,
    mailbox: null,
    dailyCap: 0,
    rampUp: null,
    active: true,
    idempotencyKey: newKey(),
    ...given,
  }
}

export function loginOf(server: SmtpServer): NonNullable<AddSender['server']> {
  const { hostname, port } = new URL(server.url)
  return { host: hostname, port: Number(port), tls: 'starttls', user: 'rep', password: 'secret-of-a-rep' }
}

/** Whom the server took mails for, each with the address in its From header. */
export const takenBy = (server: SmtpServer) =>
  server.accepted.map(({ recipients, raw }) => `${/^From: .*<(.+)>/m.exec(raw)?.[1]} to ${recipients[0]}`)
