import { isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { createTask, findTask, type NewTask } from '#hubspot/tasks.ts'
import { markOf, writeBody } from './mark.ts'
import { deleteIntent, insertIntent } from './repository.ts'

/** A step's task; `text` is plain. */
export interface TaskToMake extends Omit<NewTask, 'body'> {
  readonly stepRunId: string
  readonly enrollmentId: string
  readonly text: string
}

/**
 * Makes the task of a step run, once, and gives its id. That it will be made is written down before HubSpot is asked: whoever
 * finds that note looks through the deal's tasks for ours before making one. Throws as `HubSpot.call`; after
 * `hubspot_unavailable` call it again later, at least a minute after, so that HubSpot shows what it has done. A refusal of
 * the first try leaves no note.
 */
export async function makeTask(
  deps: Pick<Deps, 'db' | 'clock' | 'hubspot'>,
  portalId: number,
  task: TaskToMake,
): Promise<string> {
  const { stepRunId, enrollmentId, text, ...rest } = task
  const intent = { stepRunId, enrollmentId, dealId: task.dealId, at: deps.clock() }
  const first = await inPortal(deps.db, portalId, (trx) => insertIntent(trx, portalId, intent))
  if (!first) {
    const found = await findTask(deps.hubspot, portalId, task.dealId, markOf(stepRunId))
    if (found) return found
  }
  try {
    return await createTask(deps.hubspot, portalId, { ...rest, body: writeBody(text, stepRunId) })
  } catch (error) {
    const refused = isAppError(error, 'hubspot_rejected') || isAppError(error, 'not_found')
    if (refused && first) {
      await inPortal(deps.db, portalId, (trx) => deleteIntent(trx, portalId, stepRunId))
    }
    throw error
  }
}
