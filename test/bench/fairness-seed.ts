import type pg from 'pg'
import { asPortal } from './as-portal.ts'

export interface SeededPortal {
  readonly portalId: number
  readonly enrollments: number
  /** Of them, with a step that is due. */
  readonly due: number
}

export const FAIRNESS_NOW = Temporal.Instant.from('2026-11-23T09:00:00Z')
const NOW = FAIRNESS_NOW.toString()
const SEQUENCE = '00000000-0000-7000-8000-000000000001'
const CONTACT = '00000000-0000-7000-8000-000000000002'

/**
 * Half of `size` enrollments in the first portal, the rest shared evenly. A tenth of them is due, but never fewer than ten in
 * a portal that has as many: a round takes ten of each.
 */
export function portalsOf(size: number, count: number): SeededPortal[] {
  const each = Math.floor(size / 2 / (count - 1))
  return Array.from({ length: count }, (_, index) => {
    const enrollments = index === 0 ? Math.floor(size / 2) : each
    return { portalId: 1_000 + index, enrollments, due: Math.max(Math.floor(enrollments / 10), Math.min(10, each)) }
  })
}

/** Due moments spread evenly over the hour up to now, those of the other enrollments over the 30 days after it. */
export async function seedPortal(owner: pg.Client, portal: SeededPortal): Promise<void> {
  const { portalId, enrollments, due } = portal
  const definition = JSON.stringify({
    steps: [{ id: 'one', kind: 'email', subject: 'Hello', body: 'Hi' }],
    stopWhenStageLeft: true,
  })
  await asPortal(owner, portalId, async () => {
    await owner.query(
      `insert into installations (portal_id, status, status_at, connected_at) values ($1, 'connected', $2, $2)`,
      [portalId, NOW],
    )
    await owner.query(
      `insert into sequences (portal_id, id, name, status, version, draft, created_at, updated_at)
        values ($1, $2, 'Follow-up', 'active', 1, $3, $4, $4)`,
      [portalId, SEQUENCE, definition, NOW],
    )
    await owner.query(
      `insert into sequence_versions (portal_id, sequence_id, version, definition, published_at) values ($1, $2, 1, $3, $4)`,
      [portalId, SEQUENCE, definition, NOW],
    )
    await owner.query(
      `insert into contacts (portal_id, id, contact_id, email, read_at) values ($1, $2, '1', 'ada@example.com', $3)`,
      [portalId, CONTACT, NOW],
    )
    await owner.query(
      `insert into enrollments (portal_id, id, sequence_id, version, deal_id, contact_id, source, status, step_position,
          step_count, enrolled_at, updated_at)
        select $1, ('00000000-0000-7000-8001-' || lpad(to_hex(i), 12, '0'))::uuid, $2, 1, i::text, $3, 'stage', 'active',
          0, 1, $4, $4
        from generate_series(1, $5::int) i`,
      [portalId, SEQUENCE, CONTACT, NOW, enrollments],
    )
    // A fixed permutation (7919 is prime and divides no size in use) keeps index order and insertion order apart.
    await owner.query(
      `insert into step_runs (portal_id, id, enrollment_id, step_id, position, kind, status, due_at, why)
        select $1, ('00000000-0000-7000-8002-' || lpad(to_hex(i), 12, '0'))::uuid,
          ('00000000-0000-7000-8001-' || lpad(to_hex(i), 12, '0'))::uuid, 'one', 0, 'email', 'scheduled',
          case when n < $4 then $2::timestamptz - n * interval '1 hour' / $4::float8
            else $2::timestamptz + interval '1 minute' + n * interval '30 days' / $3::float8 end, 'Sends now.'
        from (select i, i::bigint * 7919 % $3::bigint as n from generate_series(1, $3::int) i) numbered`,
      [portalId, NOW, enrollments, due],
    )
    await owner.query(LANE, [portalId, NOW])
  })
}

/** Plans what was claimed again, due as it was, and puts the portal's lane back. */
export async function resetPortal(owner: pg.Client, { portalId }: SeededPortal): Promise<void> {
  await asPortal(owner, portalId, async () => {
    await owner.query(
      `update step_runs set status = 'scheduled', lease_until = null, claim_no = 0 where portal_id = $1 and status = 'sending'`,
      [portalId],
    )
    await owner.query(LANE, [portalId, NOW])
  })
}

const LANE = `
  insert into lanes (portal_id, kind, key, due_at) values ($1, 'steps', '', $2::timestamptz - interval '1 hour')
  on conflict (portal_id, kind, key) do update set due_at = excluded.due_at, not_before = null, lease = null`
