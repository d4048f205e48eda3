import PostalMime from 'postal-mime'

/** One mail as a mail program sees it: what an independent parser reads from its bytes. */
export interface ReadMail {
  readonly messageId: string
  readonly references: readonly string[]
  readonly inReplyTo: string | undefined
  readonly subject: string
}

/** A conversation: its first mail, and under each mail those that answer or continue it. */
export interface Thread {
  readonly mail: ReadMail
  readonly below: readonly Thread[]
}

export async function readMail(raw: string): Promise<ReadMail> {
  const mail = await PostalMime.parse(raw)
  const ids = (text: string | undefined) => text?.match(/<[^<>\s]+>/g) ?? []
  const [messageId] = ids(mail.messageId)
  if (!messageId) throw new Error('a mail without a Message-ID')
  return {
    messageId,
    references: ids(mail.references),
    inReplyTo: ids(mail.inReplyTo)[0],
    subject: mail.subject ?? '',
  }
}

/**
 * Conversations as a mail program builds them, whatever the order the mails come in (RFC 5256, REFERENCES, on what RFC 5322,
 * 3.6.4 says of the fields): a mail hangs below the last mail it references that is there, or below its In-Reply-To; and a
 * program like Gmail starts a new conversation where the subject changes. Written for tests, from the standards, not from
 * what writes our headers.
 */
export function readThreads(mails: readonly ReadMail[]): Thread[] {
  const known = new Map(mails.map((mail) => [mail.messageId, mail]))
  const below = new Map<string, ReadMail[]>()
  const roots: ReadMail[] = []
  for (const mail of mails) {
    const named = mail.references.length > 0 ? mail.references : [mail.inReplyTo ?? '']
    const parent = known.get(named.findLast((id) => known.has(id)) ?? '')
    if (!parent || baseSubject(parent) !== baseSubject(mail)) roots.push(mail)
    else below.set(parent.messageId, [...(below.get(parent.messageId) ?? []), mail])
  }
  const grow = (mail: ReadMail): Thread => ({ mail, below: (below.get(mail.messageId) ?? []).map(grow) })
  return roots.map(grow)
}

/** RFC 5256, 2.1, as far as it concerns prefixes of answers. */
function baseSubject({ subject }: ReadMail): string {
  return subject.replace(/^\s*((re|fwd?)\s*(\[[^\]]*\])?\s*:\s*)+/i, '').trim()
}
