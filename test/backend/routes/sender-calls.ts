import type { ApiRoute, Ids } from './calls.ts'

const change = (ids: Partial<Ids> = {}) => ({ ...ids, idempotencyKey: 'key-of-the-route' })
const get = (path: string): ApiRoute => ({ for: 'everyone', call: () => ({ path }) })

/** A sender as a form sends it. */
const MAILBOX = {
  replyTo: '',
  signature: 'Best',
  server: null,
  mailbox: null,
  dailyCap: 50,
  rampUp: null,
  active: true,
}
const SENDER = { fromName: 'Eve', ...MAILBOX }

/** The calls about senders, their domains and owners. */
export const SENDER_CALLS: Readonly<Record<string, ApiRoute>> = {
  'GET /api/senders': get('/api/senders'),
  'POST /api/senders': {
    for: 'admin',
    call: () => ({ path: '/api/senders', body: { ...change(), ...SENDER, address: 'eve@acme.example' } }),
  },
  'PUT /api/senders/:senderId': {
    for: 'admin',
    call: ({ senderId }) => ({ path: `/api/senders/${senderId}`, body: { ...change(), ...SENDER } }),
  },
  'POST /api/senders/:senderId/default': {
    for: 'admin',
    call: ({ senderId }) => ({ path: `/api/senders/${senderId}/default`, body: change() }),
  },
  'POST /api/senders/:senderId/test': {
    for: 'admin',
    call: ({ senderId }) => ({ path: `/api/senders/${senderId}/test`, body: change() }),
  },
  'PUT /api/sending-domains': {
    for: 'admin',
    call: () => ({ path: '/api/sending-domains', body: { ...change(), domain: 'mail.example.com', dailyCap: 10 } }),
  },
  'POST /api/sending-domains/check': {
    for: 'admin',
    call: () => ({ path: '/api/sending-domains/check', body: { ...change(), domain: 'mail.example.com' } }),
  },
  'GET /api/owners': get('/api/owners'),
  'POST /api/owners/refresh': { for: 'admin', call: () => ({ path: '/api/owners/refresh', body: change() }) },
  'PUT /api/owners/:ownerId': {
    for: 'admin',
    call: ({ ownerId, senderId }) => ({ path: `/api/owners/${ownerId}`, body: { ...change(), link: senderId } }),
  },
}
