import type { ApiRoute } from './calls.ts'

const key = { idempotencyKey: 'key-of-the-route' }

const FILE = `format: stagecue-sequence/1
key: a-file
name: From a file
stopWhenStageLeft: true
steps:
  - id: one
    kind: email
    subject: Hello
    body: Hi there.
`

const of = (sequenceId: string, rest: string) => `/api/sequences/${sequenceId}/${rest}`

/** The calls about versions, files and approvals of sequences. */
export const SEQUENCE_CALLS: Readonly<Record<string, ApiRoute>> = {
  'GET /api/sequences/:sequenceId/versions': {
    for: 'everyone',
    call: ({ sequenceId }) => ({ path: of(sequenceId, 'versions') }),
  },
  'GET /api/sequences/:sequenceId/versions/:version': {
    for: 'everyone',
    call: ({ sequenceId }) => ({ path: of(sequenceId, 'versions/1') }),
  },
  'GET /api/sequences/:sequenceId/diff': {
    for: 'everyone',
    call: ({ sequenceId }) => ({ path: of(sequenceId, 'diff'), query: 'from=1&to=draft' }),
  },
  'GET /api/sequences/:sequenceId/file': {
    for: 'everyone',
    call: ({ sequenceId }) => ({ path: of(sequenceId, 'file'), query: 'version=1' }),
  },
  'GET /api/sequences/:sequenceId/review': {
    for: 'everyone',
    call: ({ sequenceId }) => ({ path: of(sequenceId, 'review') }),
  },
  'POST /api/sequences/:sequenceId/review': {
    for: 'admin',
    call: ({ sequenceId }) => ({ path: of(sequenceId, 'review'), body: { ...key, action: 'withdraw', revision: 1 } }),
  },
  'GET /api/sequences/:sequenceId/moves': {
    for: 'admin',
    call: ({ sequenceId }) => ({ path: of(sequenceId, 'moves'), query: 'version=1' }),
  },
  'POST /api/sequences/:sequenceId/moves': {
    for: 'admin',
    call: ({ sequenceId }) => ({ path: of(sequenceId, 'moves'), body: { ...key, version: 1 } }),
  },
  'POST /api/sequences/:sequenceId/versions/:version/draft': {
    for: 'admin',
    call: ({ sequenceId }) => ({ path: of(sequenceId, 'versions/1/draft'), body: { ...key, revision: 1 } }),
  },
  'POST /api/sequences/import/check': {
    for: 'admin',
    call: () => ({ path: '/api/sequences/import/check', body: { text: FILE } }),
  },
  'POST /api/sequences/import': {
    for: 'admin',
    call: () => ({ path: '/api/sequences/import', body: { ...key, text: FILE } }),
  },
  'GET /api/sequences/starters': { for: 'everyone', call: () => ({ path: '/api/sequences/starters' }) },
  'POST /api/sequences/starters': {
    for: 'admin',
    call: () => ({ path: '/api/sequences/starters', body: { ...key, key: 'saas-demo' } }),
  },
  'GET /api/publish-approval': { for: 'everyone', call: () => ({ path: '/api/publish-approval' }) },
  'PUT /api/publish-approval': {
    for: 'admin',
    call: () => ({ path: '/api/publish-approval', body: { ...key, needsApproval: false } }),
  },
}
