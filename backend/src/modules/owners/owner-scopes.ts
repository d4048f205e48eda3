/** Optional: without it every deal's mails come from the default sender. */
export const OWNER_SCOPES = ['crm.objects.owners.read'] as const

/** Optional beside it: without it an owner's time zone is not known. */
export const OWNER_ZONE_SCOPES = ['crm.objects.users.read'] as const
