/** What we count. Names are Prometheus names without the `stagecue_` prefix; labels are closed sets, never ids. */
export interface Metrics {
  /** Adds to a counter. */
  count<N extends CounterName>(name: N, labels: LabelsOf<(typeof COUNTERS)[N]>, by?: number): void
  /** Records a duration in seconds. */
  observe<N extends HistogramName>(name: N, seconds: number, labels?: LabelsOf<(typeof HISTOGRAMS)[N]>): void
  /** Prometheus text format. */
  expose(): Promise<string>
}

type LabelsOf<T extends { labels: readonly string[] }> = Record<T['labels'][number], string>

/** Every counter with its help text and labels; the registry is made from this table. */
export const COUNTERS = {
  webhook_requests_total: { help: 'Webhook requests by answer', labels: ['answer'] },
  webhook_events_total: {
    help: 'Webhook events by what became of them: stored, duplicate, unknown_portal, unknown_type, malformed, disconnected',
    labels: ['outcome'],
  },
  events_handled_total: { help: 'Events by outcome: done, retried, dead', labels: ['outcome'] },
  decisions_total: { help: 'Enrollment decisions by reason', labels: ['reason'] },
  steps_handled_total: { help: 'Step runs by outcome', labels: ['outcome'] },
  step_faults_total: { help: 'Step runs that failed alone, by an error nobody expected', labels: ['kind'] },
  mails_total: {
    help: 'Attempts to hand over a mail by outcome: accepted, refused, not_sent, unknown',
    labels: ['outcome'],
  },
  incoming_mails_total: {
    help: 'Mails read by kind and outcome: handled, duplicate, unrelated (to no mail of ours)',
    labels: ['kind', 'outcome'],
  },
  mailbox_reads_total: {
    help: 'Reads of mailboxes by outcome: read, failed, passed_over (one mail)',
    labels: ['outcome'],
  },
  hubspot_requests_total: { help: 'Calls to HubSpot by family and class of status', labels: ['family', 'status'] },
  token_refreshes_total: { help: 'Token refreshes by outcome', labels: ['outcome'] },
  timeline_entries_total: { help: 'Timeline entries by outcome', labels: ['outcome'] },
  status_writes_total: { help: 'Records whose status was written to HubSpot, by outcome', labels: ['outcome'] },
  opt_out_writes_total: { help: 'Opt-outs told to HubSpot by outcome: written, refused', labels: ['outcome'] },
  mail_records_total: {
    help: 'Sent mails told to HubSpot by outcome: written, refused, unknown, pending (given back)',
    labels: ['outcome'],
  },
  task_failures_total: { help: 'Unexpected errors of worker tasks', labels: ['task'] },
} as const
export type CounterName = keyof typeof COUNTERS

export const HISTOGRAMS = {
  webhook_ack_seconds: { help: 'From the request to its answer', labels: [] },
  event_lag_seconds: { help: 'From receiving an event to having handled it', labels: [] },
  step_lag_seconds: { help: 'From a step being due to its mail being accepted', labels: [] },
  hubspot_request_seconds: { help: 'Duration of calls to HubSpot', labels: ['family'] },
} as const
export type HistogramName = keyof typeof HISTOGRAMS

/** For tools and tests. */
export const noMetrics: Metrics = { count() {}, observe() {}, expose: async () => '' }
