import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { isHtmlBody } from '#mail/render-mail.ts'
import type { MailToApprove } from '#shared/contract/mail-approval.ts'
import { describeFrom, digestMail } from './approval.ts'
import { loadMail } from './load-mail.ts'
import { renderStep } from './render-step.ts'
import { findRun } from './run-repository.ts'

/**
 * The mail that a person is asked about, filled in with what we know of the contact and the deal now. Throws `not_found`, and
 * `conflict` for a step that does not wait for an approval.
 */
export function readMailToApprove(
  deps: Pick<Deps, 'db' | 'settings'>,
  portal: PortalContext,
  stepRunId: string,
): Promise<MailToApprove> {
  const { portalId } = portal
  return inPortal(deps.db, portalId, async (trx) => {
    const run = await findRun(trx, portalId, stepRunId)
    if (!run) throw new AppError('not_found', 'There is no such step. Reload the card.')
    const { mail, surroundings } = await loadMail(deps, trx, portalId, run)
    const { step } = mail.state
    if (run.status !== 'held' || run.heldFor !== 'approval' || step?.kind !== 'email') {
      throw new AppError('conflict', 'This e-mail does not wait for an approval any more. Reload the card.')
    }
    const template = { subject: step.subject, body: step.body }
    const { sender } = surroundings
    const rendered = renderStep(mail, surroundings)
    if ('held' in sender || typeof rendered === 'string') {
      const problem = typeof rendered === 'string' ? rendered : ''
      return { from: '', subject: '', text: '', problem, seen: '', edit: template }
    }
    const { subject, text } = rendered
    const seen = digestMail(rendered, sender).toString('hex')
    // The signature follows what a person writes, too, so it is not theirs to edit.
    const own = renderStep(mail, { ...surroundings, sender: { ...sender, signature: '' } })
    // HTML is edited as it is; a plain text as it reads. A subject that continues an earlier mail's stays empty.
    const asIs = isHtmlBody(step.body) || typeof own === 'string'
    const edit = asIs ? template : { subject: step.subject.trim() ? subject : '', body: own.text }
    return { from: describeFrom(sender), subject, text, problem: null, seen, edit }
  })
}
