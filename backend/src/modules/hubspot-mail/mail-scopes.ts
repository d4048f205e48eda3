/** Reading subscription types and opting people out of them (HubSpot docs, communication preferences). */
export const OPT_OUT_SCOPES = ['communication_preferences.read_write'] as const
/** E-mails on records are created with the contacts' scope and one of their own (HubSpot docs, engagements). */
export const MAIL_RECORD_SCOPES = ['crm.objects.contacts.write', 'sales-email-read'] as const

/** Whether HubSpot granted all of these. Pure. */
export function hasScopes(granted: readonly string[], needed: readonly string[]): boolean {
  return needed.every((scope) => granted.includes(scope))
}

export const OPT_OUTS_NOT_PERMITTED =
  'HubSpot did not allow Stagecue to use communication preferences. Reconnect as a super admin and accept the optional permissions.'
export const RECORDS_NOT_PERMITTED =
  'HubSpot did not allow Stagecue to log e-mails. Reconnect as a super admin and accept the optional permissions.'
