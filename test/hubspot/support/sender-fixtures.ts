import type { OwnerRow, Owners, SenderRow, Senders, SendingDomainRow } from '#shared/contract/sender.ts'

export const ACCOUNT_SENDER_ID = '01890000-0000-7000-8000-00000000000a'
export const ADA_ID = '01890000-0000-7000-8000-00000000000b'

export function senderRow(change: Partial<SenderRow> = {}): SenderRow {
  return {
    id: ADA_ID,
    address: 'ada@acme.example',
    fromName: 'Ada Rep',
    replyTo: '',
    signature: 'Ada',
    server: { host: 'smtp.acme.example', port: 465, tls: 'tls', user: 'ada', hasPassword: true },
    mailbox: null,
    mailboxProblem: null,
    mailboxPassedOver: null,
    readsBounces: false,
    dailyCap: 100,
    rampUp: { start: 10, step: 5 },
    capToday: 15,
    active: true,
    isDefault: false,
    isAccount: false,
    problem: null,
    ...change,
  }
}

export const ACCOUNT_SENDER = senderRow({
  id: ACCOUNT_SENDER_ID,
  address: 'sales-7@mail.stagecue.example',
  fromName: 'Acme Sales',
  replyTo: 'sales@acme.example',
  signature: '',
  server: null,
  dailyCap: 0,
  rampUp: null,
  capToday: null,
  isDefault: true,
  isAccount: true,
})

export function domainRow(change: Partial<SendingDomainRow> = {}): SendingDomainRow {
  return {
    domain: 'acme.example',
    passed: false,
    findings: [
      { subject: 'spf', verdict: 'ok', sentence: 'SPF works with 1 of 10 DNS lookups.' },
      {
        subject: 'dkim',
        verdict: 'fault',
        sentence: 'one._domainkey.acme.example has no DKIM record. Add "v=DKIM1" as TXT.',
      },
    ],
    checkedAt: '2026-11-21T07:00:00Z',
    dailyCap: 0,
    ...change,
  }
}

export const SENDERS: Senders = { senders: [ACCOUNT_SENDER, senderRow()], domains: [domainRow()] }

export function ownerRow(change: Partial<OwnerRow> = {}): OwnerRow {
  return {
    ownerId: '71',
    name: 'Ada Rep',
    email: 'ada@acme.example',
    senderId: ADA_ID,
    linkedByHand: false,
    timeZone: null,
    ...change,
  }
}

export const OWNERS: Owners = {
  permitted: true,
  zonesPermitted: true,
  owners: [ownerRow(), ownerRow({ ownerId: '72', name: 'Bob Rep', email: 'bob@acme.example', senderId: null })],
  readAt: '2026-11-21T07:00:00Z',
  connectUrl: 'https://app.stagecue.example/oauth/install',
}
