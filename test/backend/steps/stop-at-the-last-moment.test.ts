import { expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { inPortal } from '#db/in-portal.ts'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import { stopSending } from '#modules/limits/stop-sending.ts'
import { lockEnrollments } from '#modules/steps/run-repository.ts'
import type { StepsDeps } from '#modules/steps/steps-deps.ts'
import { unsubscribe } from '#modules/suppressions/unsubscribe.ts'
import { linkVault } from '#test/support/link-vault.ts'
import type { EnrolledContact, Sending } from '#test/support/sending.ts'
import { pass, useSending } from './use-sending.ts'

const { db, server, start, accepted } = useSending()

const STOPS: Record<string, (sending: Sending, contact: EnrolledContact) => Promise<unknown>> = {
  'the recipient unsubscribed': async (sending, contact) => {
    const claims = { purpose: 'unsubscribe' as const, portalId: sending.portalId, enrollmentId: contact.enrollmentId }
    await unsubscribe(sending.deps, { token: await linkVault.signLink(claims), requestId: 'test' })
  },
  'a person stopped it': (sending, contact) => sending.steer(contact, 'stop'),
  'the deal left the stage': (sending, contact) =>
    inPortal(db, sending.portalId, (trx) =>
      endEnrollments(sending.deps, trx, sending.portal, [contact.enrollmentId], {
        status: 'stopped',
        reason: 'stage_left',
      }),
    ),
  'the sequence was paused': (sending) =>
    sending.query(`update sequences set status = 'paused' where portal_id = ${sending.portalId}`),
  'HubSpot was disconnected': (sending) =>
    sending.query(`update installations set status = 'disconnected' where portal_id = ${sending.portalId}`),
  'the contact opted out in HubSpot': (sending) =>
    sending.query(`update contacts set opted_out = true where portal_id = ${sending.portalId}`),
}

test.each(Object.keys(STOPS))(
  '%s after the claim, at the last moment: not a byte of the mail is sent',
  async (what) => {
    for (const moment of ['before the mail is frozen', 'before the content'] as const) {
      const sending = await start()
      const contact = await sending.enroll()
      const bodies = server.bodiesBegun
      let asked = false
      const stop = async () => {
        if (!asked) await STOPS[what]?.(sending, contact)
        asked = true
      }
      const deps: StepsDeps = {
        ...sending.deps,
        vault: {
          ...sending.deps.vault,
          signLink: async (claims) => {
            if (moment === 'before the mail is frozen') await stop()
            return linkVault.signLink(claims)
          },
        },
      }
      if (moment === 'before the content') server.before('data', stop)
      await pass(sending, deps)
      server.clear()
      expect(asked).toBe(true)
      expect(server.bodiesBegun).toBe(bodies)
      expect(accepted(contact)).toBe(0)
      expect((await sending.runs()).every((run) => ['canceled', 'scheduled'].includes(run.status))).toBe(true)
    }
  },
)

test('a stop that is being committed while the server asks for the content is waited for, and wins', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  let stopping: Promise<unknown> = Promise.resolve()
  server.before('data', async () => {
    server.before('data', undefined)
    await new Promise<void>((inside) => {
      stopping = inPortal(db, sending.portalId, async (trx) => {
        await endEnrollments(sending.deps, trx, sending.portal, [contact.enrollmentId], {
          status: 'stopped',
          reason: 'stopped_by_user',
        })
        inside()
        // Not before the gate waits for this transaction's lock.
        await gateWaits(sending)
      })
    })
  })
  await pass(sending)
  await stopping
  expect(accepted(contact)).toBe(0)
  expect(await sending.runs()).toMatchObject([{ status: 'canceled' }])
})

test('what is stopped while the gate waits for somebody else is seen, too', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const { portalId } = sending
  let holding: Promise<unknown> = Promise.resolve()
  server.before('data', async () => {
    server.before('data', undefined)
    await new Promise<void>((inside) => {
      holding = inPortal(db, portalId, async (trx) => {
        await lockEnrollments(trx, portalId, [contact.enrollmentId])
        inside()
        await gateWaits(sending)
        await inPortal(db, portalId, (other) =>
          stopSending(sending.deps, other, sending.portal, {
            ...{ sequenceId: null, mails: 'all', cause: 'person', reason: 'wrong price.' },
          }),
        )
      })
    })
  })
  await pass(sending)
  await holding
  expect(accepted(contact)).toBe(0)
  expect(await sending.runs()).toMatchObject([{ status: 'scheduled', why: 'Sending is stopped: wrong price.' }])
})

async function gateWaits(sending: Sending): Promise<void> {
  for (let waits = 0; waits === 0; ) {
    await systemSleep(5)
    const rows = await sending.query<{ waits: number }>('select count(*) as waits from pg_locks where not granted')
    waits = rows[0]?.waits ?? 0
  }
}
