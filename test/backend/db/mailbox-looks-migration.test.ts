import { expect, inject, test } from 'vitest'
import { withUpgraded } from '#test/support/with-upgraded.ts'

const { adminUrl } = inject('postgres')

/** Ada writes by a mail server of her own, Bob by the installation's; both domains have passed. */
const BEFORE = `
  insert into installations (portal_id, status, status_at, scopes, connected_at) values (1, 'connected', now(), '{}', now());
  insert into senders (portal_id, id, address, smtp_host, smtp_port, smtp_tls, created_at, updated_at)
    values (1, gen_random_uuid(), 'ada@acme.com', 'smtp.acme.com', 465, 'tls', now(), now()),
      (1, gen_random_uuid(), 'bob@b.com', null, null, null, now(), now());
  insert into sending_domains (portal_id, domain, report, checked_at, passed, proven)
    values (1, 'acme.com', '[]', now(), true, true), (1, 'b.com', '[]', now(), true, true);
`

test('a pass that SPF of a mail server of its own may have given is taken back', async () => {
  await withUpgraded({ adminUrl, until: '0022', before: BEFORE }, async (admin, applied) => {
    expect(applied).toContain('0022_mailbox-looks')
    const domains = await admin.query('select domain, passed, proven, checked_at is null as anew from sending_domains')
    expect(domains.rows).toEqual(
      expect.arrayContaining([
        { domain: 'acme.com', passed: false, proven: true, anew: true },
        { domain: 'b.com', passed: true, proven: true, anew: false },
      ]),
    )
    const walls = await admin.query(
      "select bool_and(relforcerowsecurity) as forced from pg_class where relname in ('senders', 'sending_domains')",
    )
    expect(walls.rows).toEqual([{ forced: true }])
  })
})
