/** Optional: without it every deal's mails come from the default sender. */
export const OWNER_SCOPES = ['crm.objects.owners.read'] as const
