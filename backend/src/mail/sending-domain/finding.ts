/** `fault`: mails will be refused or lost; `advice`: they go, and would go better; `unknown`: could not be asked. */
export type Verdict = 'ok' | 'advice' | 'fault' | 'unknown'
export type Subject = 'spf' | 'dkim' | 'dmarc' | 'mx'

export interface Finding {
  readonly subject: Subject
  readonly verdict: Verdict
  /** Plain and short; says what to do. */
  readonly sentence: string
}

/** Makes the findings of one subject. */
export function findingsOf(subject: Subject) {
  return (verdict: Verdict, sentence: string): Finding => ({ subject, verdict, sentence })
}

/** The finding when the domain name system did not answer. */
export function notAnswered(subject: Subject, name: string, why: string): Finding {
  return { subject, verdict: 'unknown', sentence: `The DNS did not answer for ${name} (${why}). Check again later.` }
}
