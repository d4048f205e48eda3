import type { EarlierMail } from './earlier-mails-repository.ts'

/**
 * The Message-IDs a step without a subject continues: the latest of the earlier mails with one and the same subject. Pure. Mails
 * before them belong to another conversation, which an answer to these must not be hung on. Oldest first, like `earlier`.
 */
export function presentConversation(earlier: readonly EarlierMail[]): string[] {
  const subject = earlier.at(-1)?.subject
  const before = earlier.findLastIndex((mail) => mail.subject !== subject)
  return earlier.slice(before + 1).map((mail) => mail.messageId)
}
