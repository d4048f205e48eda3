/** The small fixed catalogue of what we write on HubSpot's timeline; the app-event files in hubspot-project name the same. */
export const TIMELINE_EVENTS = [
  'enrolled',
  'step_sent',
  'paused',
  'resumed',
  'completed',
  'stopped',
  'replied',
  'bounced',
  'unsubscribed',
  'task_done',
  'conversion',
] as const
export type TimelineEvent = (typeof TIMELINE_EVENTS)[number]

/**
 * The properties each app-event file declares. HubSpot rejects an occurrence with a property that its type does not have
 * (HubSpot docs, app events), so nothing else is sent.
 */
export const TIMELINE_PROPERTIES: Record<TimelineEvent, readonly string[]> = {
  enrolled: ['sequenceName', 'stepCount', 'reason'],
  step_sent: ['sequenceName', 'stepNumber', 'stepCount', 'subject'],
  paused: ['sequenceName', 'reason', 'by'],
  resumed: ['sequenceName', 'by'],
  completed: ['sequenceName', 'stepCount'],
  stopped: ['sequenceName', 'reason', 'by'],
  replied: ['sequenceName'],
  bounced: ['sequenceName', 'reason'],
  unsubscribed: ['sequenceName'],
  task_done: ['sequenceName', 'stepNumber', 'stepCount', 'by'],
  conversion: ['sequenceName'],
}

/** On a deal the event says for whom, on a contact through which deal. */
export const TIMELINE_COUNTERPART = { deal: 'contactName', contact: 'dealName' } as const
