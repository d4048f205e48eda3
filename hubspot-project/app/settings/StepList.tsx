import { Button, Flex, Heading, Text } from '@hubspot/ui-extensions'
import { type ApiError, useLoad } from '@stagecue/app-client'
import type { Sequence, SequenceDefinition, Step } from '@stagecue/shared/contract/sequence.ts'
import { useCallback, useState } from 'react'
import { ACT_BUTTONS, type ActKind } from './act-draft.ts'
import { FieldHints } from './FieldHints.tsx'
import { StepEditor } from './StepEditor.tsx'
import {
  addStep,
  type ChangeDefinition,
  continuesMail,
  MAX_STEPS,
  moveStep,
  newStep,
  patchStep,
  reachedAfter,
  removeStep,
  replaceStep,
} from './sequence-draft.ts'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'

export interface StepListProps extends Omit<TabProps, 'mayConfigure'> {
  definition: SequenceDefinition
  fields: Sequence['fields']
  /** The last refusal; one about a step is shown at its field. */
  problem: ApiError | null
  readOnly: boolean
  onDefinition: ChangeDefinition
}

/** The steps in their order, each with its own fields, and the buttons that add one. */
export function StepList({ definition, fields, problem, readOnly, api, tools, onDefinition }: StepListProps) {
  const { steps } = definition
  const [previewed, setPreviewed] = useState<string | null>(null)
  const change = (edit: (steps: readonly Step[]) => Step[]) =>
    onDefinition((before) => ({ ...before, steps: edit(before.steps) }))
  const asksChoices = steps.some(needsChoices)
  const [choices, { reload }] = useLoad(
    useCallback(() => (asksChoices ? api.listMappingChoices() : Promise.resolve(null)), [api, asksChoices]),
  )
  const add = (kind: Step['kind']) => {
    const step = newStep(kind, tools.makeKey)
    change((before) => addStep(before, step))
  }
  const full = steps.length >= MAX_STEPS
  return (
    <Flex direction="column" gap="medium">
      <Heading>Steps</Heading>
      <FieldHints fields={fields} />
      {steps.map((step, index) => (
        <StepEditor
          key={step.id}
          step={step}
          position={index + 1}
          isFirst={index === 0}
          isLast={index === steps.length - 1}
          isOnly={steps.length === 1}
          continues={continuesMail(steps, index)}
          reached={reachedAfter(steps, step.id)}
          problem={problemAt(problem, index)}
          readOnly={readOnly}
          previewed={previewed === step.id}
          api={api}
          tools={tools}
          steps={steps}
          choices={choices.kind === 'ready' ? choices.value : null}
          onReplace={(edit) => change((before) => replaceStep(before, step.id, edit))}
          onChange={(patch) => change((before) => patchStep(before, step.id, patch))}
          onMove={(by) => change((before) => moveStep(before, step.id, by))}
          onRemove={() => change((before) => removeStep(before, step.id))}
          onPreview={(shown) => setPreviewed(shown ? step.id : null)}
        />
      ))}
      {choices.kind === 'failed' ? (
        <LoadFailed
          title="HubSpot’s properties and labels could not be read"
          error={choices.error}
          reloading={choices.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {readOnly ? null : (
        <Flex direction="row" gap="small" align="center" wrap="wrap">
          <Button size="sm" disabled={full} onClick={() => add('email')}>
            Add e-mail
          </Button>
          <Button size="sm" disabled={full} onClick={() => add('wait')}>
            Add wait
          </Button>
          {Object.entries(ACT_BUTTONS).map(([kind, label]) => (
            <Button key={kind} size="sm" disabled={full} onClick={() => add(kind as ActKind)}>
              {label}
            </Button>
          ))}
          <Button size="sm" disabled={full} onClick={() => add('branch')}>
            Add branch
          </Button>
          <Button size="sm" disabled={full} onClick={() => add('wait_for')}>
            Add wait for an event
          </Button>
          <Button size="sm" disabled={full} onClick={() => add('go_to')}>
            Add jump
          </Button>
          <Button size="sm" disabled={full} onClick={() => add('exit')}>
            Add end
          </Button>
          {full ? <Text variant="microcopy">A sequence has at most {MAX_STEPS} steps.</Text> : null}
        </Flex>
      )}
    </Flex>
  )
}

/** Whether a step has a condition that names something of HubSpot's. */
function needsChoices(step: Step): boolean {
  return step.kind === 'branch' || (step.kind === 'wait_for' && step.event === 'property')
}

/** A refusal about one step names it by its place from 0, e.g. `definition.steps.2.subject`. */
function problemAt(problem: ApiError | null, index: number): { field: string; message: string } | null {
  const place = /(?:^|\.)steps\.(\d+)(?:\.([\w.]+))?/.exec(problem?.field ?? '')
  if (problem === null || place === null || Number(place[1]) !== index) return null
  return { field: place[2] ?? '', message: problem.message }
}
