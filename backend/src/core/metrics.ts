/** What we count. Names are Prometheus names without the `stagecue_` prefix; labels are closed sets, never ids. */
export interface Metrics {
  /** Adds to a counter. */
  count(name: CounterName, labels?: Record<string, string>, by?: number): void
  /** Records a duration in seconds. */
  observe(name: HistogramName, seconds: number, labels?: Record<string, string>): void
  /** Prometheus text format. */
  expose(): Promise<string>
}

/** Every counter with its help text; the registry is made from this table. */
export const COUNTERS = {
  webhook_requests_total: 'Webhook requests by answer',
  webhook_events_total:
    'Webhook events by what became of them: stored, duplicate, unknown_portal, unknown_type, malformed, disconnected',
  events_handled_total: 'Events by outcome: done, retried, dead',
  decisions_total: 'Enrollment decisions by reason',
  steps_handled_total: 'Step runs by outcome',
  mails_total: 'Mails by outcome: accepted, refused, deferred, unconfirmed, canceled',
  hubspot_requests_total: 'Calls to HubSpot by family and status class',
  token_refreshes_total: 'Token refreshes by outcome',
  timeline_entries_total: 'Timeline entries by outcome',
  task_failures_total: 'Unexpected errors of worker tasks',
} as const
export type CounterName = keyof typeof COUNTERS

export const HISTOGRAMS = {
  webhook_ack_seconds: 'From the request to its answer',
  event_lag_seconds: 'From receiving an event to having handled it',
  step_lag_seconds: 'From a step being due to its mail being accepted',
  hubspot_request_seconds: 'Duration of calls to HubSpot',
} as const
export type HistogramName = keyof typeof HISTOGRAMS

/** For tools and tests. */
export const noMetrics: Metrics = { count() {}, observe() {}, expose: async () => '' }
