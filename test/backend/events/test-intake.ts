import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { openPool } from '#db/database.ts'
import { INTAKE_ROLE } from '#modules/events/intake-repository.ts'

export interface LedgerRow {
  portal_id: number
  subscription_type: string
  object_id: string
  lane_key: string
  deal_id: string | null
  status: string
  reason_code: string | null
  occurred_ms: number
  payload: Record<string, unknown>
}

export interface TestIntake {
  readonly pool: pg.Pool
  /** As the owner, behind the wall. */
  readonly owner: pg.Client
  /** What the ledger holds of a portal, in order of arrival. */
  ledger(portalId: number): Promise<LedgerRow[]>
  lanes(portalId: number): Promise<{ key: string; due: string; not_before: string | null }[]>
}

/** The intake's own pool on the file's database, and the owner's view of what came of it. */
export function testIntake(url: string): TestIntake {
  const pool = openPool({ url, size: 4, role: INTAKE_ROLE, name: 'stagecue-test-intake' })
  const owner = new pg.Client(url)
  beforeAll(() => owner.connect())
  afterAll(async () => {
    await pool.end()
    await owner.end()
  })
  return {
    pool,
    owner,
    async ledger(portalId) {
      const { rows } = await owner.query<LedgerRow>(
        `select portal_id::float8 as portal_id, subscription_type, object_id, lane_key, deal_id, status, reason_code,
           (extract(epoch from occurred_at) * 1000)::float8 as occurred_ms, payload
         from events where portal_id = $1 order by id`,
        [portalId],
      )
      return rows
    },
    async lanes(portalId) {
      const { rows } = await owner.query<{ key: string; due: string; not_before: string | null }>(
        `select key, to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as due,
           to_char(not_before at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as not_before
         from lanes where portal_id = $1 and kind = 'events' order by key`,
        [portalId],
      )
      return rows
    },
  }
}
