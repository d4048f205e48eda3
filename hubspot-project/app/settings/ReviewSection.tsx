import { Alert, Flex, Input, LoadingButton, Text } from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { SequenceReview } from '@stagecue/shared/contract/publish-approval.ts'
import type { Sequence } from '@stagecue/shared/contract/sequence.ts'
import { useCallback, useState } from 'react'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'
import { textEvents } from './text-events.ts'

export interface ReviewSectionProps extends TabProps {
  /** Whatever was done to it may have changed the answer, so each new one asks anew. */
  stored: Sequence
  onStored: (sequence: Sequence) => void
}

/** A draft that waits for another admin's word, or was returned. Nothing while nobody has to do anything. */
export function ReviewSection(props: ReviewSectionProps) {
  const { stored, api } = props
  const [loaded, { reload }] = useLoad(useCallback(() => api.readReview(stored.id), [api, stored]))
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="Whether this draft waits for a second admin could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  if (loaded.kind === 'loading' || loaded.value.state === 'none') return null
  return (
    <>
      <StaleNotice stale={loaded.stale} />
      <Review {...props} review={loaded.value} onAnswered={reload} />
    </>
  )
}

interface ReviewProps extends ReviewSectionProps {
  review: SequenceReview
  onAnswered: () => void
}

function Review({ review, stored, api, tools, mayConfigure, onStored, onAnswered }: ReviewProps) {
  const [comment, setComment] = useState('')
  const answering = useChange(
    (action: 'approve' | 'return' | 'withdraw', idempotencyKey) =>
      api.answerReview(stored.id, {
        action,
        // What is shown in the editor: nobody approves what they have not seen.
        revision: stored.revision,
        ...(comment.trim() ? { comment } : {}),
        idempotencyKey,
      }),
    {
      makeKey: tools.makeKey,
      // The same draft can be submitted again, and answered in other words.
      seen: [stored.revision, review.submittedAt, comment],
      onDoubt: onAnswered,
      onDone: (sequence, action) => {
        onStored(sequence)
        onAnswered()
        tools.addAlert({ type: 'success', message: DONE[action] })
      },
    },
  )
  if (review.state === 'returned') {
    return (
      <Alert title={`${review.answeredBy ?? 'Another admin'} did not approve this draft`} variant="warning">
        <Text>{review.comment ?? ''}</Text>
      </Alert>
    )
  }
  const since = review.submittedAt === null ? '' : `, ${tools.formats.moment(review.submittedAt)}`
  return (
    <Alert title="This draft waits for a second admin" variant="info">
      <Flex direction="column" gap="extra-small">
        <Text>{`Submitted by ${review.submittedBy}${since}. Saving the draft again takes it back.`}</Text>
        {mayConfigure && review.mayAnswer ? (
          <Input
            label="What should change (only to return it)"
            name="review-comment"
            value={comment}
            readOnly={answering.busy}
            {...textEvents(setComment)}
          />
        ) : null}
        {mayConfigure ? (
          <Flex direction="row" gap="small" wrap="wrap">
            {review.mayAnswer ? (
              <>
                <LoadingButton
                  size="xs"
                  variant="primary"
                  disabled={answering.busy}
                  onClick={() => answering.run('approve')}
                >
                  Approve and publish
                </LoadingButton>
                <LoadingButton
                  size="xs"
                  variant="secondary"
                  disabled={answering.busy || comment.trim() === ''}
                  onClick={() => answering.run('return')}
                >
                  Return it
                </LoadingButton>
              </>
            ) : null}
            <LoadingButton
              size="xs"
              variant="secondary"
              disabled={answering.busy}
              onClick={() => answering.run('withdraw')}
            >
              Take it back
            </LoadingButton>
          </Flex>
        ) : null}
        <ProblemNotice title="This did not work" error={answering.error} />
      </Flex>
    </Alert>
  )
}

const DONE = {
  approve: 'Approved: the sequence is published.',
  return: 'The draft was returned.',
  withdraw: 'The draft no longer waits.',
} as const
