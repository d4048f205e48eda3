import type { SenderRecord } from './sender-record.ts'

/** The account's own sender as every account begins with it: in the operator's domain, the default, without caps. Pure. */
export function accountSender(id: string): SenderRecord {
  return {
    ...{ id, address: null, fromName: null, replyTo: null, signature: '' },
    ...{ smtpHost: null, smtpPort: null, smtpTls: null, smtpUser: null, smtpPassword: null },
    ...{ imapHost: null, imapPort: null, imapTls: null, imapUser: null, imapPassword: null, imapProblem: null },
    ...{ imapPassedOver: 0, imapPassedOverAt: null, imapPassedOverWhy: null },
    ...{ dailyCap: null, rampStart: null, rampStep: null, rampSince: null },
    ...{ active: true, isDefault: true, problem: null, proven: false },
  }
}
