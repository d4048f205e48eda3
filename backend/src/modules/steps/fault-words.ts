/** What is certain of the mail of a run that fails. */
export type Handed = 'sent' | 'unconfirmed' | 'unsent'

/** How the sentence of a run begins that fails by an error of its own; the error follows. */
export const FAULT = {
  sent: 'The mail was sent, but Stagecue could not go on with the sequence after it',
  unconfirmed: 'Nobody can know whether the mail was sent, and Stagecue could not go on with the sequence after it',
  unsent: 'Stagecue failed on this step',
} as const satisfies Record<Handed, string>

/** Whether a run whose status is `sending` only waits for what became of its mail to be written down. Pure. */
export function waitsToBeWritten(why: string): boolean {
  return why.startsWith(FAULT.sent) || why.startsWith(FAULT.unconfirmed)
}
