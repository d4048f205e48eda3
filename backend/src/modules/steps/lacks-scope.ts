import type { PortalState } from './state-repository.ts'

export interface LacksScope {
  readonly kind: 'held'
  readonly why: string
}

/** The outcome of a step for which HubSpot did not give the permission; undefined where it did. Pure. */
export function lacksScope(
  { scopes }: Pick<PortalState, 'scopes'>,
  scope: string,
  what: string,
): LacksScope | undefined {
  if (scopes.includes(scope)) return undefined
  const why = `HubSpot did not allow Stagecue to ${what}: the permission ${scope} is missing. Reconnect as a super admin and accept it, then try again.`
  return { kind: 'held', why }
}
