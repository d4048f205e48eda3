import { afterAll, beforeAll } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { Step } from '#shared/contract/sequence.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { useWorld } from '#test/support/world.ts'

/** Deals in a HubSpot that can be asked, and a real mail server; for the tests of one file. */
export function useAskedSteps(database: TestDatabase) {
  const world = useWorld(database)
  const server = new SmtpServer()
  let mailer: Mailer

  beforeAll(async () => {
    await server.start()
    mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate })
  })
  afterAll(async () => {
    await mailer.close()
    await server.stop()
  })

  let addresses = 0

  /** A deal that enters a stage mapped to these steps, with one contact, in a HubSpot that can be asked. */
  async function enrolled(steps: Step[], amount = '12000') {
    const portal = await world.portal()
    const { portalId } = portal
    const { sandbox, clock } = world
    await portal.maps('proposal', await portal.hasSequence(steps))
    const address = `b${++addresses}@example.com`
    const { dealId, contactIds } = portal.hasDeal('lead', [address])
    const contactId = contactIds[0] ?? ''
    sandbox.updateRecord(portalId, 'deals', dealId, { amount })
    await inPortal(database.db, portalId, (trx) =>
      trx.updateTable('installations').set({ replyTo: 'rep@example.com' }).where('portalId', '=', portalId).execute(),
    )
    portal.moves(dealId, 'proposal')
    await world.handlesEvents()
    let deps: Deps = { ...world.deps, mailer, vault: linkVault }
    const asked: string[] = []
    const { hubspot } = deps
    deps = {
      ...deps,
      hubspot: {
        ...hubspot,
        call: (id, call) => {
          asked.push(call.path)
          return hubspot.call(id, call)
        },
      },
    }
    const [enrollment] = await portal.enrollments(dealId)
    const drain = async (given: Deps = deps) => {
      for (let handled = 1; handled > 0; ) {
        const served = await sendDueSteps(given, portalId - 1)
        handled = served?.portalId === portalId ? served.handled : 0
      }
    }
    return {
      ...{ portal, portalId, dealId, contactId, deps, asked, sandbox, clock, drain },
      enrollmentId: enrollment?.id ?? '',
      subjects: () =>
        server.accepted
          .filter(({ recipients }) => recipients.includes(address))
          .map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw)?.[1]),
      runs: () =>
        inPortal(database.db, portalId, (trx) =>
          trx
            .selectFrom('stepRuns')
            .where('portalId', '=', portalId)
            .orderBy('position')
            .select(['position', 'status', 'why', 'dueAt', 'deadline', 'took', 'id'])
            .execute(),
        ),
      status: async () => (await portal.enrollments(dealId))[0],
    }
  }
  return { world, enrolled }
}
