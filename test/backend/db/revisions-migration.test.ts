import { expect, inject, test } from 'vitest'
import { withUpgraded } from '#test/support/with-upgraded.ts'

const { adminUrl } = inject('postgres')

const BEFORE = `
  insert into installations (portal_id, status, status_at, scopes, connected_at) values (1, 'connected', now(), '{}', now());
  insert into sequences (portal_id, id, name, status, draft, created_at, updated_at)
    values (1, '00000000-0000-0000-0000-000000000001', 'S', 'draft', '{}', now(), now());
  insert into mappings (portal_id, pipeline_id, stage_id, sequence_id, active, updated_at)
    values (1, 'sales', 'won', '00000000-0000-0000-0000-000000000001', true, '2026-01-02T03:04:05Z');
`

test('a mapping from before there were revisions is told apart from a stage without one', async () => {
  await withUpgraded({ adminUrl, until: '0026', before: BEFORE }, async (admin, applied) => {
    expect(applied).toContain('0026_setting-revisions')
    const { rows } = await admin.query('select setting, subject, revision, removed, changed_at from setting_revisions')
    const changedAt = new Date('2026-01-02T03:04:05Z')
    expect(rows).toEqual([
      { setting: 'mapping', subject: 'sales\nwon', revision: 1, removed: false, changed_at: changedAt },
    ])
  })
})
