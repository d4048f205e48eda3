import type { Deps } from '#deps'
import { composeMime } from '#mail/compose-mime.ts'
import type { RenderedMail } from '#mail/render-mail.ts'
import { signMail } from '#mail/sign-mail.ts'
import { domainOf } from '#modules/senders/domain-of.ts'
import type { StepSender } from './sender.ts'

export interface MailOfStep extends RenderedMail {
  /** With angle brackets. */
  readonly messageId: string
  readonly recipient: string
  /** Message-IDs of the conversation it continues, oldest first. */
  readonly references: readonly string[]
  /** Whose mails its link ends. */
  readonly enrollmentId: string
  readonly sequence: { readonly id: string; readonly name: string }
}

/** The final bytes of a step's mail, dated now, signed when there is a DKIM key for the domain of the From address and the portal may use it. */
export async function composeMail(
  deps: Pick<Deps, 'clock' | 'settings' | 'vault'>,
  portalId: number,
  sender: StepSender,
  mail: MailOfStep,
): Promise<Buffer> {
  const { mailDomain, publicUrl, dkimKeys, readsMail } = deps.settings
  const { enrollmentId, sequence, ...content } = mail
  const claims = { purpose: 'unsubscribe', portalId, enrollmentId } as const
  const now = deps.clock()
  const mime = await composeMime({
    ...content,
    from: sender,
    replyTo: sender.replyTo ?? null,
    date: now,
    unsubscribe: {
      url: `${publicUrl}/unsubscribe/${await deps.vault.signLink(claims)}`,
      address: readsMail ? `unsubscribe+${deps.vault.signAddress(claims)}@${mailDomain}` : undefined,
    },
    list: { sequenceId: sequence.id, sequenceName: sequence.name, portalId, domain: mailDomain },
    postalAddress: sender.postalAddress,
  })
  const key = sender.maySign ? dkimKeys.find(({ domain }) => domain === domainOf(sender.address)) : undefined
  return key ? signMail(mime, key, now) : mime
}
