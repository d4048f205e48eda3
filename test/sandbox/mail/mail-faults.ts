/** Where in a transaction a fault strikes. `dot` is the end of the message, `body` the middle of it. */
export type MailStage = 'greet' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'body' | 'dot'

export const MAIL_STAGES: readonly MailStage[] = ['greet', 'ehlo', 'mail', 'rcpt', 'data', 'body', 'dot']

export interface MailFault {
  readonly stage: MailStage
  /**
   * `answer` refuses with `code` and `text`; `reset` cuts the connection with RST, `close` with FIN; `silence` never
   * answers; `delay` answers `delayMs` late.
   */
  readonly kind: 'answer' | 'reset' | 'close' | 'silence' | 'delay'
  /** 4xx or 5xx; 451 unless told. */
  readonly code?: number
  readonly text?: string
  /** Only for this recipient (`rcpt`) or for messages to it (`data`, `body`, `dot`). */
  readonly recipient?: string | RegExp
  /** How many times; 1 unless told, Infinity for always. */
  readonly times?: number
  /** Matching moments to let pass first. */
  readonly after?: number
  /** At `dot`: whether the server has stored the message before the fault strikes. False unless told. */
  readonly accepted?: boolean
  /** For `delay`, ms. */
  readonly delayMs?: number
}

export interface MailFaults {
  /** Gives back a function that takes the fault away. */
  add(fault: MailFault): () => void
  clear(): void
  readonly played: number
  take(stage: MailStage, recipients: readonly string[]): MailFault | null
}

export function createMailFaults(): MailFaults {
  let armed: { fault: MailFault; left: number; skip: number }[] = []
  let played = 0
  return {
    get played() {
      return played
    },
    add(fault) {
      const entry = { fault, left: fault.times ?? 1, skip: fault.after ?? 0 }
      armed.push(entry)
      return () => {
        armed = armed.filter((other) => other !== entry)
      }
    },
    clear() {
      armed = []
    },
    take(stage, recipients) {
      for (const entry of armed) {
        if (entry.fault.stage !== stage || !concerns(entry.fault, recipients)) continue
        if (entry.skip > 0) {
          entry.skip--
          continue
        }
        entry.left--
        if (entry.left <= 0) armed = armed.filter((other) => other !== entry)
        played++
        return entry.fault
      }
      return null
    },
  }
}

function concerns({ recipient }: MailFault, recipients: readonly string[]): boolean {
  if (recipient === undefined) return true
  return recipients.some((address) =>
    typeof recipient === 'string' ? address.toLowerCase() === recipient.toLowerCase() : recipient.test(address),
  )
}
