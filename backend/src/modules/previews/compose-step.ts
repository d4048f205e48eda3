import type { Deps } from '#deps'
import { composeMail } from '#modules/steps/compose-mail.ts'
import { NOBODY } from '#modules/suppressions/nobody.ts'
import type { OpenStep } from './open-step.ts'

/**
 * The bytes of a mail that only its author sees, made and signed as those of one that is sent; its link unsubscribes nobody.
 * `messageId` with angle brackets. It continues no conversation: the mails before it were never sent.
 */
export function composeStep(
  deps: Pick<Deps, 'clock' | 'settings' | 'vault'>,
  portalId: number,
  step: OpenStep,
  envelope: { readonly recipient: string; readonly messageId: string; readonly subject: string },
): Promise<Buffer> {
  const { rendered, sender, sequence } = step
  const mail = { ...rendered.mail, ...envelope, references: [], enrollmentId: NOBODY, sequence }
  return composeMail(deps, portalId, sender, mail)
}
