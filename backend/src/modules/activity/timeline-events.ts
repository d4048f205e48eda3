/** The small fixed catalogue of what we write on HubSpot's timeline; the app-event files in hubspot-project name the same. */
export const TIMELINE_EVENTS = ['enrolled', 'step_sent', 'paused', 'resumed', 'completed', 'stopped'] as const
export type TimelineEvent = (typeof TIMELINE_EVENTS)[number]
