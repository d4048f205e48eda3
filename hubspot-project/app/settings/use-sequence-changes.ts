import { useChange } from '@stagecue/app-client'
import type { ChangeSequenceStatus, Sequence } from '@stagecue/shared/contract/sequence.ts'
import { type Draft, draftOf } from './sequence-draft.ts'
import type { TabProps } from './settings-tools.ts'

const DONE = { publish: 'published', pause: 'paused', resume: 'resumed', archive: 'archived' } as const

export interface SequenceChangesOptions extends Omit<TabProps, 'mayConfigure'> {
  sequenceId: string
  onStored: (sequence: Sequence) => void
  onDraft: (draft: Draft) => void
}

/** What the editor can ask for: save the draft, change the status, or take what someone else saved meanwhile. */
export function useSequenceChanges({ sequenceId, api, tools, onStored, onDraft }: SequenceChangesOptions) {
  const { makeKey } = tools
  const take = (sequence: Sequence) => {
    onStored(sequence)
    onDraft(draftOf(sequence))
  }
  const saving = useChange(
    (input: Draft & { revision: number }, idempotencyKey) => api.saveSequence(sequenceId, { ...input, idempotencyKey }),
    {
      makeKey,
      onDone: (saved) => {
        take(saved)
        tools.addAlert({ type: 'success', message: 'The draft is saved.' })
      },
    },
  )
  const steering = useChange(
    (action: ChangeSequenceStatus['action'], idempotencyKey) =>
      api.changeSequenceStatus(sequenceId, { action, idempotencyKey }),
    {
      makeKey,
      onDone: (changed, action) => {
        onStored(changed)
        tools.closeOverlay(`archive-${sequenceId}`)
        tools.addAlert({ type: 'success', message: `“${changed.name}” is ${DONE[action]}.` })
      },
    },
  )
  const takingTheirs = useChange((_: null) => api.readSequence(sequenceId), {
    makeKey,
    onDone: (theirs) => {
      take(theirs)
      saving.clear()
    },
  })
  return { saving, steering, takingTheirs }
}
