import { Button, Flex, Heading, Text } from '@hubspot/ui-extensions'
import type { ApiError } from '@stagecue/app-client'
import type { Sequence, SequenceDefinition, Step } from '@stagecue/shared/contract/sequence.ts'
import { useState } from 'react'
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
} from './sequence-draft.ts'
import type { TabProps } from './settings-tools.ts'

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
          onChange={(patch) => change((before) => patchStep(before, step.id, patch))}
          onMove={(by) => change((before) => moveStep(before, step.id, by))}
          onRemove={() => change((before) => removeStep(before, step.id))}
          onPreview={(shown) => setPreviewed(shown ? step.id : null)}
        />
      ))}
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
          {full ? <Text variant="microcopy">A sequence has at most {MAX_STEPS} steps.</Text> : null}
        </Flex>
      )}
    </Flex>
  )
}

/** A refusal about one step names it by its place from 0, e.g. `definition.steps.2.subject`. */
function problemAt(problem: ApiError | null, index: number): { field: string; message: string } | null {
  const place = /(?:^|\.)steps\.(\d+)(?:\.(\w+))?/.exec(problem?.field ?? '')
  if (problem === null || place === null || Number(place[1]) !== index) return null
  return { field: place[2] ?? '', message: problem.message }
}
