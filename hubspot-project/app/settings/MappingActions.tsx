import { Button } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { MappingRow } from '@stagecue/shared/contract/mapping.ts'
import type { TabProps } from './settings-tools.ts'
import { ConfirmButton, ProblemNotice } from './shared-views.ts'

export interface MappingActionsProps extends Omit<TabProps, 'mayConfigure'> {
  mapping: MappingRow
  /** As it is now; null when it is removed. */
  onChanged: (by: MappingRow | null) => void
  onDoubt: () => void
}

/** Switches a mapping on or off, or removes it. */
export function MappingActions({ mapping, api, tools, onChanged, onDoubt }: MappingActionsProps) {
  const { pipelineId, stageId, active, stageLabel, sequenceName, revision } = mapping
  const dialog = `remove-mapping-${pipelineId}-${stageId}`
  const switching = useChange(
    (input: { active: boolean; revision: number }, idempotencyKey) =>
      api.switchMapping({ pipelineId, stageId, ...input, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDone: (_, { active: on, revision: seen }) => {
        tools.addAlert({ type: 'success', message: `The mapping of ${stageLabel} is ${on ? 'on' : 'off'}.` })
        onChanged({ ...mapping, active: on, revision: seen + 1 })
      },
      onDoubt,
    },
  )
  const removing = useChange(
    (input: { revision: number }, idempotencyKey) =>
      api.removeMapping({ pipelineId, stageId, ...input, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDone: () => {
        tools.closeOverlay(dialog)
        tools.addAlert({ type: 'success', message: `The mapping of ${stageLabel} is removed.` })
        onChanged(null)
      },
      onDoubt,
    },
  )
  return (
    <>
      <Button
        size="xs"
        variant="secondary"
        disabled={switching.busy}
        onClick={() => switching.run({ active: !active, revision })}
      >
        {active ? 'Switch off' : 'Switch on'}
      </Button>
      <ConfirmButton
        id={dialog}
        label="Remove"
        title={`Remove the mapping of ${stageLabel}?`}
        confirmLabel="Remove mapping"
        error={removing.error}
        busy={removing.busy}
        onOpen={removing.clear}
        onConfirm={() => removing.run({ revision })}
        closeOverlay={tools.closeOverlay}
      >
        {`Deals that enter ${stageLabel} will no longer start ${sequenceName}. Contacts already enrolled go on.`}
      </ConfirmButton>
      <ProblemNotice title="This did not work" error={switching.error} />
    </>
  )
}
