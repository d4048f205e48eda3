import PostalMime from 'postal-mime'
import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { normalizeAddress } from '#mail/address.ts'
import { isSuppressed } from '#modules/suppressions/is-suppressed.ts'
import type { StepPreview, StepPreviewQuery } from '#shared/contract/preflight.ts'
import { DECISION_REASON } from '#shared/vocabulary.ts'
import { composeStep } from './compose-step.ts'
import { describeSample } from './describe-sample.ts'
import { type OpenStep, openStep } from './open-step.ts'

const LIST_HEADERS = ['List-Unsubscribe', 'List-Unsubscribe-Post', 'List-Id', 'Feedback-ID']

/**
 * A step of the saved draft as it would leave now, read back from the bytes that would be sent. Nothing of it is kept or
 * logged. Throws as `openStep`.
 */
export async function previewStep(
  deps: Pick<Deps, 'clock' | 'db' | 'hubspot' | 'settings' | 'vault'>,
  portal: PortalContext,
  sequenceId: string,
  query: StepPreviewQuery,
): Promise<StepPreview> {
  const step = await openStep(deps, portal, sequenceId, query)
  const to = normalizeAddress(step.sample?.contact.email ?? '') ?? null
  const mime = await composeStep(deps, portal.portalId, step, {
    recipient: to ?? 'ada@example.com',
    messageId: `<preview@${deps.settings.mailDomain}>`,
    subject: step.rendered.mail.subject,
  })
  const mail = await PostalMime.parse(mime)
  const { unfilled } = step.rendered
  return {
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    from: `${step.sender.name} <${step.sender.address}>`,
    replyTo: step.sender.replyTo ?? null,
    to,
    headers: LIST_HEADERS.map((name) => ({
      name,
      value: mail.headers.find(({ key }) => key === name.toLowerCase())?.value ?? '',
    })),
    signedBy: /^DKIM-Signature:[\s\S]*?\bd=([^;\s]+)/.exec(mime.toString('latin1'))?.[1] ?? null,
    filledWith: describeSample(step.sample),
    unfilled: [...unfilled],
    problems: await findProblems(deps, portal.portalId, step, to),
  }
}

/** What would keep this mail from this contact, in the words of a send. */
async function findProblems(
  deps: Pick<Deps, 'db'>,
  portalId: number,
  { sample, sender, writer, rendered }: OpenStep,
  address: string | null,
): Promise<string[]> {
  const { unfilled, mail } = rendered
  const problems: string[] = []
  if ('held' in writer) problems.push(writer.held)
  if (unfilled.length > 0) problems.push(`No value for ${unfilled.join(', ')}: the mail would be held.`)
  if (!mail.subject) problems.push('The mail has no subject, and no mail before it has one that it could continue.')
  if (!sender.replyTo) problems.push('Nobody would get the answer. Set a reply address in the Mail tab.')
  if (!sample) return problems
  if (address === null) problems.push(`${DECISION_REASON[sample.contact.email ? 'invalid_email' : 'no_email']}.`)
  if (sample.contact.optedOut) problems.push(`${DECISION_REASON.opted_out}.`)
  const suppressed =
    address !== null && (await inPortal(deps.db, portalId, (trx) => isSuppressed(trx, portalId, address)))
  if (suppressed) problems.push(`${DECISION_REASON.suppressed}.`)
  return problems
}
