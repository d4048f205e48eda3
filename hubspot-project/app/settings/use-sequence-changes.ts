import { useChange } from '@stagecue/app-client'
import type { ChangeSequenceStatus, Sequence } from '@stagecue/shared/contract/sequence.ts'
import { type Draft, draftOf } from './sequence-draft.ts'
import type { TabProps } from './settings-tools.ts'

const DONE = {
  publish: 'published',
  pause: 'paused',
  resume: 'resumed',
  archive: 'archived',
  finish: 'finishing: nobody new is enrolled',
  stop_and_archive: 'archived, and what ran in it is stopped',
} as const

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
        tools.closeOverlay(`${action}-${sequenceId}`)
        // Where a second admin is asked for, the draft is not live yet.
        const submitted = action === 'publish' && changed.hasUnpublishedChanges
        const what = submitted ? 'submitted: another admin must approve it' : outcomeOf(action, changed)
        tools.addAlert({ type: 'success', message: `“${changed.name}” is ${what}.` })
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

/** With nothing running a sequence has nothing to finish and is archived at once. */
function outcomeOf(action: ChangeSequenceStatus['action'], { status }: Sequence): string {
  return action === 'finish' && status === 'archived' ? DONE.archive : DONE[action]
}
