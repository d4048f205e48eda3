import { MAIL_RECORD_SCOPES, OPT_OUT_SCOPES } from '#modules/hubspot-mail/mail-scopes.ts'
import { STATUS_SCOPES } from '#modules/hubspot-status/status-properties.ts'
import { OWNER_SCOPES, OWNER_ZONE_SCOPES } from '#modules/owners/owner-scopes.ts'

/**
 * What a part of the settings page needs and everything else works without; the same list is in
 * hubspot-project/app/app-hsmeta.json, and a test compares them.
 */
export const OPTIONAL_SCOPES: readonly string[] = [
  ...new Set([...STATUS_SCOPES, ...OPT_OUT_SCOPES, ...MAIL_RECORD_SCOPES, ...OWNER_SCOPES, ...OWNER_ZONE_SCOPES]),
]
