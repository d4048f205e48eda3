import { Button } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { MappingRow } from '@stagecue/shared/contract/mapping.ts'
import type { TabProps } from './settings-tools.ts'
import { ConfirmButton, ProblemNotice } from './shared-views.ts'

export interface MappingActionsProps extends Omit<TabProps, 'mayConfigure'> {
  mapping: MappingRow
  onChanged: () => void
}

/** Switches a mapping on or off, or removes it. */
export function MappingActions({ mapping, api, tools, onChanged }: MappingActionsProps) {
  const { pipelineId, stageId, sequenceId, active, stageLabel, sequenceName } = mapping
  const dialog = `remove-mapping-${pipelineId}-${stageId}`
  const switching = useChange(
    (on: boolean, idempotencyKey) => api.saveMapping({ pipelineId, stageId, sequenceId, active: on, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDone: (_, on) => {
        tools.addAlert({ type: 'success', message: `The mapping of ${stageLabel} is ${on ? 'on' : 'off'}.` })
        onChanged()
      },
    },
  )
  const removing = useChange((_: null, idempotencyKey) => api.removeMapping({ pipelineId, stageId, idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: () => {
      tools.closeOverlay(dialog)
      tools.addAlert({ type: 'success', message: `The mapping of ${stageLabel} is removed.` })
      onChanged()
    },
  })
  return (
    <>
      <Button size="xs" variant="secondary" disabled={switching.busy} onClick={() => switching.run(!active)}>
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
        onConfirm={() => removing.run(null)}
        closeOverlay={tools.closeOverlay}
      >
        {`Deals that enter ${stageLabel} will no longer start ${sequenceName}. Contacts already enrolled go on.`}
      </ConfirmButton>
      <ProblemNotice title="This did not work" error={switching.error} />
    </>
  )
}
