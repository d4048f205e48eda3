import type { SetPlaceStep, SetPropertyStep, Step, TaskStep } from '@stagecue/shared/contract/sequence.ts'

/** Steps that act in HubSpot or in Stagecue's own pipeline. */
export type ActStep = TaskStep | SetPropertyStep | SetPlaceStep
export type ActKind = ActStep['kind']

/** What the editor offers, by the words of its buttons. */
export const ACT_BUTTONS: Record<ActKind, string> = {
  task: 'Add task',
  set_property: 'Add property change',
  set_place: 'Add move to a place',
}

/** New values for some fields; a task whose `dueIn` or `timeout` is null has none. */
export type ActPatch = Partial<Omit<TaskStep, 'id' | 'kind' | 'dueIn' | 'timeout'>> &
  Partial<Omit<SetPropertyStep, 'id' | 'kind'>> &
  Partial<Pick<SetPlaceStep, 'stageId'>> & {
    dueIn?: TaskStep['dueIn'] | null
    timeout?: TaskStep['timeout'] | null
  }

export function isAct(step: Step): step is ActStep {
  return step.kind in ACT_BUTTONS
}

export function isActKind(kind: Step['kind']): kind is ActKind {
  return kind in ACT_BUTTONS
}

export function newAct(kind: ActKind, id: string): ActStep {
  switch (kind) {
    case 'task':
      return { id, kind, taskType: 'call', subject: '', body: '', onTimeout: 'go_on' }
    case 'set_property':
      return { id, kind, object: 'deal', property: '', value: '' }
    case 'set_place':
      return { id, kind, stageId: '' }
  }
}

/** The step with the patch's values; those of another kind are ignored. */
export function patchAct(step: ActStep, patch: ActPatch): ActStep {
  switch (step.kind) {
    case 'task':
      return patchTask(step, patch)
    case 'set_property':
      return {
        ...step,
        object: patch.object ?? step.object,
        property: patch.property ?? step.property,
        value: patch.value ?? step.value,
      }
    case 'set_place':
      return { ...step, stageId: patch.stageId ?? step.stageId }
  }
}

function patchTask(step: TaskStep, patch: ActPatch): TaskStep {
  const { dueIn: oldDueIn, timeout: oldTimeout, ...rest } = step
  const dueIn = patch.dueIn === undefined ? oldDueIn : patch.dueIn
  const timeout = patch.timeout === undefined ? oldTimeout : patch.timeout
  const priority = patch.priority ?? step.priority
  return {
    ...rest,
    taskType: patch.taskType ?? step.taskType,
    subject: patch.subject ?? step.subject,
    body: patch.body ?? step.body,
    onTimeout: patch.onTimeout ?? step.onTimeout,
    ...(priority ? { priority } : {}),
    ...(dueIn ? { dueIn } : {}),
    ...(timeout ? { timeout } : {}),
  }
}

/** What keeps a step from being published, as a sentence; null when nothing does. */
export function actProblem(step: ActStep, position: number): string | null {
  if (step.kind === 'task')
    return step.subject.trim() === '' ? `Step ${position} does not say what is to be done.` : null
  if (step.kind === 'set_place') return step.stageId === '' ? `Step ${position} names no place.` : null
  return step.property === '' ? `Step ${position} names no property.` : null
}
