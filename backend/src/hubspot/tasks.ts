import { AppError } from '#core/errors.ts'
import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { readAssociations } from './read-associations.ts'
import { asList, asRecord, asText } from './read-fields.ts'
import { refusePartial } from './refuse-partial.ts'

/** Without this HubSpot takes no task: tasks ride on the contacts' scopes (HubSpot docs, tasks). */
export const TASK_SCOPE = 'crm.objects.contacts.write'

export interface NewTask {
  /** HubSpot documents `EMAIL`, `CALL` and `TODO` for tasks of the API. */
  readonly type: 'CALL' | 'TODO'
  readonly subject: string
  /** Simple HTML. */
  readonly body: string
  readonly priority: 'LOW' | 'MEDIUM' | 'HIGH'
  readonly dueAt: Temporal.Instant
  /** HubSpot's owner id; null: nobody's. */
  readonly ownerId: string | null
  readonly dealId: string
  /** HubSpot's id. */
  readonly contactId: string
}

/** From a task (HubSpot docs, association type ids). */
const TO_CONTACT = 204
const TO_DEAL = 216
/** A batch read takes 100 inputs (HubSpot docs, CRM objects). */
export const TASK_BATCH = 100

/**
 * Creates a task of a deal and a contact, and gives its id. HubSpot knows no idempotency key for objects, so the call is never
 * repeated after a lost answer: the caller looks for the task first (`findTask`). Throws as `HubSpot.call`;
 * `hubspot_unavailable` leaves open whether there is a task now.
 */
export async function createTask(hubspot: HubSpot, portalId: number, task: NewTask): Promise<string> {
  const { body } = await hubspot.call(portalId, {
    method: 'POST',
    path: `/crm/objects/${API_VERSION.objects}/tasks`,
    body: {
      properties: {
        hs_timestamp: task.dueAt.toString({ fractionalSecondDigits: 3 }),
        hs_task_subject: task.subject,
        hs_task_body: task.body,
        hs_task_type: task.type,
        hs_task_status: 'NOT_STARTED',
        hs_task_priority: task.priority,
        ...(task.ownerId ? { hubspot_owner_id: task.ownerId } : {}),
      },
      associations: [linkTo(task.dealId, TO_DEAL), linkTo(task.contactId, TO_CONTACT)],
    },
    family: 'crm',
    repeatable: false,
  })
  const id = asText(asRecord(body)?.id)
  if (!id) throw new AppError('hubspot_unavailable', 'HubSpot did not name the task it created. It is looked for.')
  return id
}

function linkTo(id: string, associationTypeId: number) {
  return { to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] }
}

/** Of all tasks of a deal the one whose body holds `mark`; undefined when there is none. Throws as `readAssociations`. */
export async function findTask(
  hubspot: HubSpot,
  portalId: number,
  dealId: string,
  mark: string,
): Promise<string | undefined> {
  const tasksOf = await readAssociations(hubspot, portalId, 'deals/tasks', [dealId])
  const ids = (tasksOf.get(dealId) ?? []).flatMap(({ toObjectId }) => asText(toObjectId) ?? [])
  for (let start = 0; start < ids.length; start += TASK_BATCH) {
    const tasks = await readBatch(hubspot, portalId, ids.slice(start, start + TASK_BATCH), ['hs_task_body'])
    const found = tasks.find(({ properties }) => asText(properties?.hs_task_body)?.includes(mark))
    if (found) return found.id
  }
  return undefined
}

/**
 * HubSpot's status of up to 100 tasks by id, e.g. `COMPLETED`; one that is deleted is not in the answer. Throws as
 * `HubSpot.call`.
 */
export async function readTaskStatuses(
  hubspot: HubSpot,
  portalId: number,
  taskIds: readonly string[],
): Promise<Map<string, string>> {
  const tasks = await readBatch(hubspot, portalId, taskIds, ['hs_task_status'])
  return new Map(tasks.map(({ id, properties }) => [id, asText(properties?.hs_task_status) ?? '']))
}

async function readBatch(hubspot: HubSpot, portalId: number, ids: readonly string[], properties: readonly string[]) {
  const { body } = await hubspot.call(portalId, {
    method: 'POST',
    path: `/crm/objects/${API_VERSION.objects}/tasks/batch/read`,
    body: { properties, inputs: ids.map((id) => ({ id })) },
    family: 'crm',
    repeatable: true,
  })
  refusePartial(body)
  return asList(asRecord(body)?.results).flatMap((value) => {
    const record = asRecord(value)
    const id = asText(record?.id)
    return id && record?.archived !== true ? [{ id, properties: asRecord(record?.properties) }] : []
  })
}
