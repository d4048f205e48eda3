import { STATUS_SCOPES } from './status-properties.ts'

/** Which of the optional permissions HubSpot did not grant. Pure. */
export function missingScopes(granted: readonly string[]): string[] {
  return STATUS_SCOPES.filter((scope) => !granted.includes(scope))
}

/** Why nothing can be written, and what to do. */
export function describeMissingScopes(): string {
  return 'HubSpot did not allow Stagecue to change contacts and deals. Reconnect as a super admin and accept the optional permissions.'
}
