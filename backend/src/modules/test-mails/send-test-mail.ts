import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Mail, SendOutcome } from '#mail/mailer.ts'
import type { OwnServer } from '#mail/own-servers.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { composeStep } from '#modules/previews/compose-step.ts'
import { type OpenStep, openStep } from '#modules/previews/open-step.ts'
import type { SampleNames } from '#modules/previews/read-sample.ts'
import { envelopeOf } from '#modules/senders/envelope-of.ts'
import { openServer } from '#modules/senders/open-server.ts'
import type { SendTestMail, TestMailSent } from '#shared/contract/preflight.ts'
import { admitTestMail } from './admit-test-mail.ts'
import { ownAddress, type Self } from './own-address.ts'
import { findOutcome, moveOutcome, type TestMailOutcome } from './repository.ts'

/**
 * Sends a step of the saved draft to the person who asks, at the address HubSpot signed, and to nobody else: made and signed as a
 * real mail, by the mail server of who would write it, with “[Test]” before its subject and a link that unsubscribes nobody. It is no delivery and counts in no number.
 * At most once per key: a repeat tells what became of the first. Throws `forbidden` without an address, `conflict` beyond the
 * limit or without a connection, `mail_rejected`, `mail_unavailable` when nothing was sent, and as `openStep`.
 */
export async function sendTestMail(
  deps: Deps,
  portal: PortalContext,
  sequenceId: string,
  input: SendTestMail,
  asked: SampleNames & { readonly variantId?: string | undefined },
): Promise<TestMailSent> {
  const { portalId } = portal
  const self = ownAddress(portal)
  const step = await openStep(deps, portal, sequenceId, { stepId: input.stepId, ...asked })
  if (step.facts.portal.status !== 'connected') {
    throw new AppError('conflict', 'HubSpot is not connected, so nothing is sent. Connect it again first.')
  }
  const server = await openWriter(deps, portalId, step)
  if (!step.sender.replyTo) {
    throw new AppError('conflict', 'Nobody would get the answer. Set a reply address in the Mail tab, then try again.')
  }
  const id = await admitOnce(deps, portal, self, step, { sequenceId, ...asked, ...input })
  const before = await inPortal(deps.db, portalId, (trx) => findOutcome(trx, portalId, id))
  if (before !== 'asked') return answer(id, self, before)
  const mail = await compose(deps, portalId, id, step, self)
  let begun = false
  const gate = async () => {
    begun = await move(deps, portalId, id, 'asked', 'sending')
    return begun
  }
  const outcome = server ? await deps.ownServers.send(server, mail, gate) : await deps.mailer.send(mail, gate)
  return settle(deps, portalId, { id, begun }, self, outcome)
}

/** The mail server of who would write the real mail; null for the installation's. */
async function openWriter(deps: Deps, portalId: number, { writer }: OpenStep): Promise<OwnServer | null> {
  if ('held' in writer) throw new AppError('conflict', writer.held)
  const server = await openServer(deps, portalId, writer.record)
  if (typeof server === 'string') throw new AppError('conflict', server)
  return server
}

async function admitOnce(
  deps: Deps,
  portal: PortalContext,
  self: Self,
  step: OpenStep,
  input: SendTestMail & SampleNames & { readonly sequenceId: string },
): Promise<string> {
  const change = { key: input.idempotencyKey, operation: 'test_mail.send', input: { ...input, userId: self.userId } }
  const { id } = await once(deps, portal, change, async (trx) => {
    const id = await admitTestMail(deps, trx, portal, self, step.facts.portal.timeZone)
    const data = { sequence: step.sequence.name, step: step.number }
    await recordActivity(deps, trx, portal, { kind: 'test_mail.asked', subjectId: step.sequence.id, data })
    return { id }
  })
  return id
}

async function compose(deps: Deps, portalId: number, id: string, step: OpenStep, self: Self): Promise<Mail> {
  const { mailDomain } = deps.settings
  const digest = deps.vault.digest('message-id', `test|${portalId}|${id}`)
  const mime = await composeStep(deps, portalId, step, {
    recipient: self.address,
    messageId: `<${portalId}.${digest}@${mailDomain}>`,
    subject: `[Test] ${step.rendered.mail.subject}`,
  })
  // No step run has this id, so a bounce leads nowhere.
  const envelopeFrom = envelopeOf({ vault: deps.vault, mailDomain }, step.sender, { portalId, stepRunId: id })
  return { envelopeFrom, recipient: self.address, mime }
}

/** `begun`: this try, and no other one of the same mail, was let through to its content. */
async function settle(
  deps: Deps,
  portalId: number,
  { id, begun }: { readonly id: string; readonly begun: boolean },
  self: Self,
  outcome: SendOutcome,
): Promise<TestMailSent> {
  switch (outcome.kind) {
    case 'accepted':
      await move(deps, portalId, id, 'sending', 'accepted')
      return answer(id, self, 'accepted')
    case 'unknown':
      await move(deps, portalId, id, 'sending', 'unconfirmed')
      return answer(id, self, 'unconfirmed')
    case 'refused':
      // It answered, so it has not taken it: a no for now leaves the mail to a repeat of this call.
      await move(deps, portalId, id, begun ? 'sending' : 'asked', outcome.permanent ? 'refused' : 'asked')
      throw new AppError(
        outcome.permanent ? 'mail_rejected' : 'mail_unavailable',
        `The mail server refused the test mail: “${outcome.response}”.`,
      )
    case 'not_sent':
      if (outcome.reason === 'gate_closed') {
        return answer(id, self, await inPortal(deps.db, portalId, (trx) => findOutcome(trx, portalId, id)))
      }
      throw new AppError('mail_unavailable', `The mail server could not be used (${outcome.detail}). Nothing was sent.`)
  }
}

function answer(id: string, self: Self, outcome: TestMailOutcome | undefined): TestMailSent {
  switch (outcome) {
    case 'accepted':
      return { id, outcome, sentence: `The mail server took the test mail to ${self.address}.` }
    case 'sending':
    case 'unconfirmed': {
      const sentence = `Nobody can tell whether the mail server took the test mail. Look for it in the inbox of ${self.address}.`
      return { id, outcome: 'unconfirmed', sentence }
    }
    case 'refused':
      throw new AppError('mail_rejected', 'The mail server refused this test mail.')
    default:
      throw new AppError('conflict', 'This test mail was asked for before. Ask for a new one.')
  }
}

function move(deps: Deps, portalId: number, id: string, from: TestMailOutcome, to: TestMailOutcome): Promise<boolean> {
  return inPortal(deps.db, portalId, (trx) => moveOutcome(trx, portalId, id, from, to))
}
