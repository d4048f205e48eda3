import type { ApiRoute, Ids } from './calls.ts'

const change = (ids: Partial<Ids> = {}) => ({ ...ids, idempotencyKey: 'key-of-the-route' })
const get = (path: string): ApiRoute => ({ for: 'everyone', call: () => ({ path }) })

/** The calls about what stages start, and about the large changes that wait for a yes. */
export const MAPPING_CALLS: Readonly<Record<string, ApiRoute>> = {
  'GET /api/mappings': get('/api/mappings'),
  'GET /api/mappings/choices': get('/api/mappings/choices'),
  'PUT /api/mappings': {
    for: 'admin',
    call: ({ pipelineId, stageId, sequenceId }) => ({
      path: '/api/mappings',
      body: { ...change({ pipelineId, stageId, sequenceId }), active: true },
    }),
  },
  'POST /api/mappings/switch': {
    for: 'admin',
    call: ({ pipelineId, stageId }) => ({
      path: '/api/mappings/switch',
      body: { ...change({ pipelineId, stageId }), active: true },
    }),
  },
  'POST /api/mappings/remove': {
    for: 'admin',
    call: ({ pipelineId, stageId }) => ({ path: '/api/mappings/remove', body: change({ pipelineId, stageId }) }),
  },
  'GET /api/approvals': get('/api/approvals'),
  'POST /api/approvals/:approvalId': {
    for: 'admin',
    call: ({ approvalId }) => ({
      path: `/api/approvals/${approvalId}`,
      body: { ...change(), action: 'refuse', deals: 1 },
    }),
  },
}
