import { expect, inject, test } from 'vitest'
import { withUpgraded } from '#test/support/with-upgraded.ts'

const { adminUrl } = inject('postgres')

/** One portal, one sequence, and a running enrollment for each deal: by its stage, by hand, and one that has ended. */
const BEFORE = `
  insert into installations (portal_id, status, status_at, scopes, connected_at) values (1, 'connected', now(), '{}', now());
  insert into sequences (portal_id, id, name, status, version, draft, created_at, updated_at)
    values (1, '00000000-0000-0000-0000-000000000001', 'S', 'active', 1, '{}', now(), now());
  insert into sequence_versions (portal_id, sequence_id, version, definition, published_at)
    values (1, '00000000-0000-0000-0000-000000000001', 1, '{}', now());
  insert into contacts (portal_id, id, contact_id, read_at) values (1, '00000000-0000-0000-0000-000000000002', '51', now());
  insert into deals (portal_id, deal_id, stage_id, read_at) values (1, 'a', 'later', now()), (1, 'b', 'won', now()), (1, 'c', 'won', now());
  insert into stage_entries (portal_id, id, deal_id, pipeline_id, stage_id, entered_at, status, created_at)
    values (1, '00000000-0000-0000-0000-000000000003', 'a', 'p', 'demo', now(), 'decided', now());
  insert into enrollments (portal_id, id, sequence_id, version, deal_id, contact_id, stage_entry_id, source, status, step_position, step_count, enrolled_at, updated_at)
    select 1, gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 1, d, '00000000-0000-0000-0000-000000000002', e::uuid, s, st, 0, 1, now(), now()
    from (values ('a', '00000000-0000-0000-0000-000000000003', 'stage', 'active'), ('b', null, 'manual', 'paused'), ('c', null, 'manual', 'completed')) as v (d, e, s, st);
`

test('what runs before the update begins where its deal is, also when the owner is behind the wall', async () => {
  await withUpgraded({ adminUrl, until: '0011', before: BEFORE }, async (admin, applied) => {
    expect(applied).toContain('0015_facts')
    const { rows } = await admin.query('select deal_id, start_stage_id, start_kept from enrollments order by deal_id')
    expect(rows).toEqual([
      { deal_id: 'a', start_stage_id: 'demo', start_kept: false },
      { deal_id: 'b', start_stage_id: 'won', start_kept: false },
      { deal_id: 'c', start_stage_id: null, start_kept: false },
    ])
  })
})
