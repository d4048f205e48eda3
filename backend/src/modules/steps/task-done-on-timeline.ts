import type { NewActivity } from '#modules/activity/record-activity.ts'
import type { RunEnrollment } from './run-repository.ts'

/** What HubSpot's timeline says of a task that is done. Pure. */
export function taskDoneOnTimeline(
  { sequenceName: sequence, stepCount: steps }: RunEnrollment,
  { position }: { readonly position: number },
): NonNullable<NewActivity['timeline']> {
  return { event: 'task_done', properties: { sequence, step: position + 1, steps } }
}
