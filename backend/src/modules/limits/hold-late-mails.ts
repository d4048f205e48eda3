import { isStillSensible, type Lateness } from './is-still-sensible.ts'

export interface LateMails<M> {
  readonly sensible: readonly M[]
  /** Wait for a person's approval, in the order given. */
  readonly late: readonly M[]
  /** What the person is asked; null when nothing is late. */
  readonly question: string | null
}

/** Sorts due mails into those that still make sense and those a person has to approve, with their count. Pure. */
export function holdLateMails<M extends Lateness>(mails: readonly M[], now: Temporal.Instant): LateMails<M> {
  const sensible: M[] = []
  const late: M[] = []
  for (const mail of mails) (isStillSensible(mail, now) ? sensible : late).push(mail)
  return { sensible, late, question: late.length === 0 ? null : ask(late.length) }
}

function ask(count: number): string {
  return count === 1
    ? '1 mail is too late to be sent on its own. Approve it or skip it.'
    : `${count} mails are too late to be sent on their own. Approve or skip them.`
}
