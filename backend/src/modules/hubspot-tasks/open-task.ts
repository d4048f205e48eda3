import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import { nextLook } from './next-look.ts'
import { openIntent } from './repository.ts'

export interface TaskToWatch {
  readonly stepRunId: string
  readonly taskId: string
  readonly timesOutAt: Temporal.Instant | null
  readonly onTimeout: 'go_on' | 'stop'
}

/** From now on HubSpot is asked whether the task is done. Call it in the transaction that lets the step wait for it. */
export async function openTask(trx: Trx, portalId: number, task: TaskToWatch, now: Temporal.Instant): Promise<void> {
  const { stepRunId, taskId, timesOutAt, onTimeout } = task
  const lookAt = nextLook(now, 0, timesOutAt)
  await openIntent(trx, portalId, stepRunId, { taskId, timesOutAt, onTimeout: timesOutAt ? onTimeout : null, lookAt })
  await wakeLane(trx, portalId, 'tasks', WHOLE_PORTAL, lookAt)
}
