import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Stack } from '#test/support/stack.ts'
import { asPortal } from './as-portal.ts'

/** A stage that no sequence is mapped to: deals lie there without being enrolled by it. */
export const RESTING_STAGE = 'qualified'

export interface MailingPortal {
  readonly portalId: number
  /** Published, its only step a mail. */
  readonly sequenceId: string
}

interface NewMail {
  readonly contactId: string
  readonly dealId: string
  readonly address: string
  readonly contact: string
  readonly enrollment: string
  readonly run: string
}

const ROWS = `json_to_recordset($2::json)
  as m(contact uuid, "contactId" text, address text, "dealId" text, enrollment uuid, run uuid)`

let serial = 0

/**
 * Prepares `count` mails in a portal, each to a contact of a deal of its own, in the stand-in and in the app's database as
 * enrolling leaves it: what HubSpot said is an hour old and must be asked again. Nothing is sent before `release`. The stack
 * must be without webhooks.
 */
export async function prepareMails(
  stack: Stack,
  owner: pg.Client,
  portal: MailingPortal,
  count: number,
): Promise<void> {
  const { portalId, sequenceId } = portal
  const mails = Array.from({ length: count }, (): NewMail => {
    const number = ++serial
    const address = `due-${number}@bench.example`
    const contactId = stack.sandbox.createContact(portalId, { email: address, firstName: 'Ada', lastName: 'Byron' })
    const name = `Bench deal ${number}`
    const dealId = stack.sandbox.createDeal(portalId, { name, stageId: RESTING_STAGE, contactIds: [contactId] })
    return { contactId, dealId, address, contact: randomUUID(), enrollment: randomUUID(), run: randomUUID() }
  })
  const now = Temporal.Now.instant()
  const before = now.subtract({ hours: 1 }).toString()
  await asPortal(owner, portalId, async () => {
    await owner.query(
      `insert into contacts (portal_id, id, contact_id, email, first_name, read_at)
        select $1, m.contact, m."contactId", m.address, 'Ada', $3 from ${ROWS}`,
      [portalId, JSON.stringify(mails), before],
    )
    await owner.query(
      `insert into deals (portal_id, deal_id, name, pipeline_id, stage_id, read_at)
        select $1, m."dealId", 'Bench deal', 'default', '${RESTING_STAGE}', $3 from ${ROWS}`,
      [portalId, JSON.stringify(mails), before],
    )
    await owner.query(
      `insert into enrollments (portal_id, id, sequence_id, version, deal_id, contact_id, pipeline_id, stage_id, source,
          status, step_position, step_count, enrolled_at, updated_at)
        select $1, m.enrollment, $4, 1, m."dealId", m.contact, 'default', '${RESTING_STAGE}', 'stage', 'active', 0, 1, $3, $3
        from ${ROWS}`,
      [portalId, JSON.stringify(mails), before, sequenceId],
    )
    await owner.query(
      `insert into step_runs (portal_id, id, enrollment_id, step_id, position, kind, status, due_at, why)
        select $1, m.run, m.enrollment, 'only', 0, 'email', 'scheduled', $3, 'Sends now.' from ${ROWS}`,
      [portalId, JSON.stringify(mails), now.toString()],
    )
  })
}

/** Wakes the lanes of these portals in one transaction: the workers find everything due at the same moment. */
export async function release(owner: pg.Client, portals: readonly MailingPortal[]): Promise<void> {
  await owner.query('begin')
  for (const { portalId } of portals) {
    await asPortal(owner, portalId, async () => {
      await owner.query(
        `insert into lanes (portal_id, kind, key, due_at) values ($1, 'steps', '', $2)
          on conflict (portal_id, kind, key) do update set due_at = excluded.due_at`,
        [portalId, Temporal.Now.instant().toString()],
      )
    })
  }
  await owner.query('commit')
}
