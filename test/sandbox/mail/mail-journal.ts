import type { MailStage } from './mail-faults.ts'

/** One SMTP transaction, or a connection that never began one. */
export interface MailTransaction {
  readonly id: number
  /** ms since 1970, on the sandbox's clock. */
  readonly at: number
  /** Counts connections, so that transactions of one connection can be told. */
  readonly connection: number
  from: string | null
  readonly to: string[]
  /** The last stage the client reached. */
  stage: MailStage
  messageId: string | null
  /** Bytes of the message that arrived. */
  bytes: number
  /** `open` while it runs; `accepted` means the message was stored, whatever the client heard. */
  outcome: 'open' | 'accepted' | 'refused' | 'cut' | 'left'
  /** The last answer the client got. */
  answer: string | null
  /** The fault that was played. */
  fault: string | null
}

/** The `Message-ID` of a raw message, with its angle brackets; null when it has none. */
export function messageIdOf(raw: Buffer): string | null {
  const end = raw.indexOf('\r\n\r\n')
  const head = raw.subarray(0, end < 0 ? raw.length : end).toString('latin1')
  return /^message-id:\s*(<[^>]+>)/im.exec(head)?.[1] ?? null
}
