/** Calls that share a limit at HubSpot. `oauth` and `account` calls are not limited per portal by us. */
export type CallFamily = 'crm' | 'search' | 'associations' | 'timeline' | 'account'

/** One version constant per API family: some families lag behind (HubSpot docs, API versioning). */
export const API_VERSION = {
  oauth: '2026-09',
  objects: '2026-09',
  associations: '2026-09',
  pipelines: '2026-09',
  properties: '2026-09',
  owners: '2026-09',
  account: '2026-09',
  timeline: '2026-03',
  install: '2026-09',
  preferences: '2026-09',
} as const
