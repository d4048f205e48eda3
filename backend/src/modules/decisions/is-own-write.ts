import type { ChangeSource } from './enrollment-facts.ts'

/**
 * Whether Stagecue itself made the change: an app's writes come back as events with its id as `sourceId` (HubSpot docs,
 * webhooks guide). The source must be an integration's, because the number of an import could be the same by chance.
 */
export function isOwnWrite(source: ChangeSource, appId: string): boolean {
  return (source.changeSource === 'INTEGRATION' || source.changeSource === 'API') && source.sourceId === appId
}
