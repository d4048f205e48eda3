import { useChange } from '@stagecue/app-client'
import type { ChangeSequenceStatus, Sequence } from '@stagecue/shared/contract/sequence.ts'
import type { Draft } from './sequence-draft.ts'
import type { TabProps } from './settings-tools.ts'

const DONE = {
  publish: 'published',
  pause: 'paused',
  resume: 'resumed',
  archive: 'archived',
  finish: 'finishing: nobody new is enrolled',
  stop_and_archive: 'archived: nothing more of it is sent, and what ran in it is being stopped',
} as const

type Action = ChangeSequenceStatus['action']

export interface SequenceChangesOptions extends Omit<TabProps, 'mayConfigure'> {
  stored: Sequence
  /** Another draft, to be shown. */
  onTaken: (sequence: Sequence) => void
  /** The answer to a change of status: somebody else may have saved the draft in it. */
  onStatus: (sequence: Sequence) => void
  /** As it is, after a change that nobody knows the outcome of. */
  onFound: (sequence: Sequence) => void
}

/** What the editor can ask for: save the draft, change the status, or take what someone else saved meanwhile. */
export function useSequenceChanges({ stored, api, tools, onTaken, onStatus, onFound }: SequenceChangesOptions) {
  const { makeKey } = tools
  const { id: sequenceId, revision } = stored
  const looking = useChange((_: null) => api.readSequence(sequenceId), { makeKey, onDone: onFound })
  const onDoubt = () => void looking.run(null)
  const saving = useChange(
    (input: Draft & { revision: number }, idempotencyKey) => api.saveSequence(sequenceId, { ...input, idempotencyKey }),
    {
      makeKey,
      onDoubt,
      onDone: (saved) => {
        onTaken(saved)
        tools.addAlert({ type: 'success', message: 'The draft is saved.' })
      },
    },
  )
  const steering = useChange(
    (input: { action: Action; revision?: number }, idempotencyKey) =>
      api.changeSequenceStatus(sequenceId, { ...input, idempotencyKey }),
    {
      makeKey,
      seen: [stored.status, stored.version],
      onDoubt,
      onDone: (changed, { action }) => {
        onStatus(changed)
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
      onTaken(theirs)
      saving.clear()
    },
  })
  // What is published is what is on screen: our backend refuses another draft.
  const steer = (action: Action) => steering.run(action === 'publish' ? { action, revision } : { action })
  return { looking, saving, steering, takingTheirs, steer }
}

/** With nothing running a sequence has nothing to finish and is archived at once. */
function outcomeOf(action: Action, { status }: Sequence): string {
  return action === 'finish' && status === 'archived' ? DONE.archive : DONE[action]
}
