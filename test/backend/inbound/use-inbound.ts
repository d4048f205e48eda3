import { systemIds } from '#core/ids.ts'
import { receiveMail } from '#modules/inbound/receive-mail.ts'
import { useSending } from '#test/backend/steps/use-sending.ts'
import { type Answer, type AnswerDetails, composeAnswer } from '#test/sandbox/mail/answer.ts'
import type { EnrolledContact, Sending } from '#test/support/sending.ts'

/** Portals that send through a real SMTP server, and answers to the mails it took. */
export function useInbound() {
  const given = useSending()
  const { clock, mailsTo } = given

  /** The answer to the latest mail that the contact got. */
  async function answerOf(contact: EnrolledContact, answer: Answer, details: Partial<AnswerDetails> = {}) {
    const mail = mailsTo(contact.email).at(-1)
    if (!mail) throw new Error('the contact got no mail')
    const received = { raw: Buffer.from(mail.raw, 'latin1'), envelopeFrom: mail.from, envelopeTo: mail.recipients }
    return composeAnswer(received, answer, { id: systemIds(), at: clock.read(), ...details })
  }

  /** Hands an answer in as a way in does that knows no envelope. */
  const receive = (sending: Sending, raw: string) =>
    receiveMail(sending.deps, { raw: Buffer.from(raw), receivedAt: clock.read(), source: 'mime' })

  return {
    ...given,
    answerOf,
    receive,
    /** Composes and hands in; says what became of it. */
    async comesBack(sending: Sending, contact: EnrolledContact, answer: Answer, details: Partial<AnswerDetails> = {}) {
      return receive(sending, (await answerOf(contact, answer, details)).raw)
    },
    /** What is remembered of incoming mails. */
    incoming: (sending: Sending) =>
      sending.query<{ kind: string; effect: string; source: string; evidence: string[] }>(
        `select kind, effect, source, evidence from incoming_mails where portal_id = ${sending.portalId} order by handled_at, id`,
      ),
  }
}
