import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { composeTestMail } from '#mail/compose-test-mail.ts'
import type { SendOutcome } from '#mail/mailer.ts'
import type { OwnServer } from '#mail/own-servers.ts'
import { signMail } from '#mail/sign-mail.ts'
import { once } from '#modules/idempotency/once.ts'
import { checkAddress } from '#modules/sender/check-address.ts'
import { readSender } from '#modules/sender/get-sender.ts'
import type { Change } from '#shared/contract/common.ts'
import type { SenderTest } from '#shared/contract/sender.ts'
import { domainOf } from './domain-of.ts'
import { getLockedSender } from './get-locked-sender.ts'
import { maySignDomain } from './may-sign-domain.ts'
import { mayUseAddress } from './may-use-address.ts'
import { noteProblem } from './note-problem.ts'
import { openServer } from './open-server.ts'
import { readsBounces } from './reads-bounces.ts'
import type { SenderRecord } from './sender-record.ts'

type TestDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'settings' | 'vault' | 'mailer' | 'ownServers'>

/** A sender as its test mail shows it. */
interface From {
  readonly sender: SenderRecord
  readonly name: string
  readonly address: string
}

/**
 * Sends one mail from a sender to the signed-in person, also from one that is switched off, and says what the mail server
 * answered. Counts against no cap and names no contact. Sent once per key: a repeat is told so. Throws `not_found`, and
 * `conflict` for an address that the account may not write from.
 */
export async function testSender(
  deps: TestDeps,
  portal: PortalContext,
  senderId: string,
  { idempotencyKey }: Change,
): Promise<SenderTest> {
  const { portalId, actor } = portal
  const to = checkAddress(actor.kind === 'user' ? (actor.email ?? '') : '')
  const from = await inPortal(deps.db, portalId, async (trx): Promise<From> => {
    const sender = await getLockedSender(trx, portalId, senderId)
    const account = await readSender(deps, trx, portalId)
    return { sender, name: sender.fromName ?? account.fromName, address: sender.address ?? account.fromAddress }
  })
  if (!mayUseAddress(from.sender, deps.settings.mailDomain)) {
    throw new AppError(
      'conflict',
      `The DNS of ${domainOf(from.address)} does not name this account yet. Check the domain first.`,
    )
  }
  const server = await openServer(deps, portalId, from.sender)
  if (typeof server === 'string') return { sent: false, message: server }
  // The key is claimed before anything leaves, and nothing is sent under a transaction: a crash between sends none.
  const attempt = deps.ids()
  const change = { key: idempotencyKey, operation: 'sender.test', input: { senderId } }
  const claimed = await once(deps, portal, change, async () => ({ attempt }))
  if (claimed.attempt !== attempt) {
    return { sent: null, message: `This test was begun a moment ago. If nothing comes to ${to}, send another one.` }
  }
  return judge(deps, portalId, from, to, await send(deps, portalId, from, to, server))
}

async function send(
  deps: TestDeps,
  portalId: number,
  { sender, name, address }: From,
  recipient: string,
  server: OwnServer | null,
): Promise<SendOutcome> {
  const { mailDomain, dkimKeys } = deps.settings
  const domain = domainOf(address)
  const plain = await composeTestMail({
    from: { name, address },
    recipient,
    date: deps.clock(),
    messageId: `<${portalId}.test.${deps.ids()}@${mailDomain}>`,
  })
  const maySign = maySignDomain(domain, sender.proven || sender.address === null, mailDomain)
  const key = maySign ? dkimKeys.find((each) => each.domain === domain) : undefined
  const mime = key ? signMail(plain, key, deps.clock()) : plain
  // Bounces of a test are read by the person who sent it, in the answer below; later ones are counted as unrelated.
  const envelopeFrom = readsBounces(sender) ? address : `bounces@${mailDomain}`
  const mail = { envelopeFrom, recipient, mime }
  const open = async () => true
  return server ? deps.ownServers.send(server, mail, open) : deps.mailer.send(mail, open)
}

async function judge(
  deps: TestDeps,
  portalId: number,
  { sender, address }: From,
  to: string,
  outcome: SendOutcome,
): Promise<SenderTest> {
  const ownServer = sender.smtpHost !== null
  switch (outcome.kind) {
    case 'accepted':
      if (ownServer) await noteProblem(deps, portalId, sender.id, null)
      return { sent: true, message: `A test mail from ${address} is on its way to ${to}.` }
    case 'refused':
      return { sent: false, message: `The mail server refused it: “${outcome.response}”.` }
    case 'unknown':
      return {
        sent: null,
        message: `The mail server broke off, so nobody knows whether it was sent: ${outcome.detail}.`,
      }
    case 'not_sent':
      if (ownServer) await noteProblem(deps, portalId, sender.id, outcome.detail)
      return { sent: false, message: `The mail server could not be used: ${outcome.detail}.` }
  }
}
