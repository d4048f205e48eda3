import type { AppSettings } from '#deps'
import type { TimelineEvent } from './timeline-events.ts'

/**
 * The fully-qualified name of one of our app events. HubSpot puts the app's id before the uid of the app-event file
 * (`ae<appId>_<uid>`; HubSpot docs, sending event occurrences); the uids in hubspot-project are
 * `stagecue_<deal|contact>_<event>`.
 */
export function timelineEventName(
  settings: Pick<AppSettings, 'appId'>,
  objectType: 'deal' | 'contact',
  event: TimelineEvent,
): string {
  return `ae${settings.appId}_stagecue_${objectType}_${event}`
}
