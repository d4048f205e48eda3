import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { refreshDefaultDomain } from '#modules/senders/refresh-default-domain.ts'
import { getLockedSequence } from '#modules/sequences/get-locked-sequence.ts'
import { publishSequence } from '#modules/sequences/publish-sequence.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import { toSequence } from '#modules/sequences/to-sequence.ts'
import type { AnswerReview } from '#shared/contract/publish-approval.ts'
import type { Sequence } from '#shared/contract/sequence.ts'
import { personOf } from './person-of.ts'
import { answerRequest, findLatestRequest, type PublishRequest } from './repository.ts'

const STATUS = { approve: 'approved', return: 'returned', withdraw: 'withdrawn' } as const

/**
 * Another admin approves a submitted draft, which publishes exactly what was submitted, or returns it with a comment; or somebody
 * takes it back. Throws `not_found`, `invalid_input` for a return without a comment, and `conflict` when nothing waits, when
 * the draft was saved since it was submitted or read, or when the person who submitted it would approve it.
 */
export async function answerReview(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings' | 'dns'>,
  portal: PortalContext,
  sequenceId: string,
  input: AnswerReview,
  tools: TemplateTools,
): Promise<Sequence> {
  const { action, revision, idempotencyKey: key } = input
  const comment = input.comment?.trim() || null
  if (action === 'return' && !comment) {
    throw new AppError('invalid_input', 'Write what should change before you return it.', { field: 'comment' })
  }
  const { portalId } = portal
  // Before the transaction, which asks nobody.
  if (action === 'approve') await refreshDefaultDomain(deps, portal)
  const change = { key, operation: `sequence.review_${action}`, input: { sequenceId, revision, comment } }
  return once(deps, portal, change, async (trx) => {
    const sequence = await getLockedSequence(trx, portalId, sequenceId)
    const request = await getWaiting(trx, portalId, sequenceId, sequence.revision)
    if (request.revision !== revision) {
      throw new AppError('conflict', 'The draft was changed and submitted again since you opened it. Load it again.')
    }
    const by = personOf(portal.actor)
    if (action !== 'withdraw' && request.submittedBy === by) {
      throw new AppError('conflict', 'You submitted this sequence yourself. Another admin must look at it.')
    }
    await answerRequest(trx, portalId, request.id, {
      status: STATUS[action],
      answeredAt: deps.clock(),
      answeredBy: by,
      comment,
    })
    if (action === 'approve') return toSequence(await publishSequence(deps, trx, portal, sequenceId, tools), tools)
    await recordActivity(deps, trx, portal, {
      kind: action === 'return' ? 'sequence.returned' : 'sequence.withdrawn',
      subjectId: sequenceId,
      data: { sequence: sequence.name },
    })
    return toSequence(sequence, tools)
  })
}

async function getWaiting(trx: Trx, portalId: number, sequenceId: string, revision: number): Promise<PublishRequest> {
  const request = await findLatestRequest(trx, portalId, sequenceId)
  if (request?.status !== 'waiting') {
    throw new AppError('conflict', 'Nothing of this sequence waits for an approval. Reload the page.')
  }
  if (request.revision !== revision) {
    throw new AppError('conflict', 'The draft was changed since it was submitted, so it has to be submitted again.')
  }
  return request
}
