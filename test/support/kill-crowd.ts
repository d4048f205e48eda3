import { emptyPortal } from '#test/sandbox/hubspot/state.ts'
import type { Portal } from '#test/sandbox/hubspot/types.ts'
import type { Sandbox } from '#test/sandbox/sandbox.ts'
import { callAsCard, UNLIMITED } from './stack.ts'

/** How a deal goes: straight to the mapped stage, through another one first, or on to a lost deal. */
export type Way = 'direct' | 'through' | 'lost'

export interface CrowdDeal {
  readonly portalId: number
  readonly dealId: string
  readonly email: string
  readonly way: Way
  /** The stages it is moved to, in order. */
  readonly stages: readonly string[]
}

interface CrowdPortal {
  readonly portalId: number
  readonly name: string
  readonly steps: readonly object[]
  /** Of the mails of the sequence, in order. */
  readonly subjects: readonly string[]
}

const MAPPED = 'demo'
const FIRST = 'A first look'
const SECOND = 'A second look'
const first = { id: 'first', kind: 'email', subject: FIRST, body: 'Hello, shall we have a first look?' }
const second = { id: 'second', kind: 'email', subject: SECOND, body: 'Hello, shall we have a second look?' }
const noPause = { id: 'pause', kind: 'wait', amount: 0, unit: 'minutes' }

/**
 * One mail; two mails at once; two mails with a wait that is over at once. The ids lie apart, as real ones do: a worker begins
 * its rounds at a random one, and side by side the first portal would be everybody's first.
 */
export const CROWD_PORTALS: readonly CrowdPortal[] = [
  { portalId: 20_000_001, name: 'One mail', steps: [first], subjects: [FIRST] },
  { portalId: 50_000_002, name: 'Two mails', steps: [first, second], subjects: [FIRST, SECOND] },
  { portalId: 80_000_003, name: 'A pause between', steps: [first, noPause, second], subjects: [FIRST, SECOND] },
]

export const subjectsOf = (portalId: number) =>
  CROWD_PORTALS.find((portal) => portal.portalId === portalId)?.subjects ?? []

/** Portals without deals. */
export function crowdPortals(at: number): Portal[] {
  return CROWD_PORTALS.map(({ portalId, name }) => {
    const person = { email: `owner@p${portalId}.example`, firstName: 'Ada', lastName: 'Lovelace' }
    return emptyPortal(
      {
        portalId,
        name,
        domain: `p${portalId}.example`,
        timeZone: 'Europe/Berlin',
        users: [{ id: portalId + 1, ...person }],
        owners: [{ id: String(portalId + 2), userId: portalId + 1, ...person }],
        pipelines: [
          {
            id: 'default',
            label: 'Sales',
            stages: [
              { id: 'lead', label: 'Lead', probability: '0.1', isClosed: false },
              { id: 'qualified', label: 'Qualified', probability: '0.2', isClosed: false },
              { id: MAPPED, label: 'Demo scheduled', probability: '0.4', isClosed: false },
              { id: 'lost', label: 'Closed lost', probability: '0.0', isClosed: true },
            ],
          },
        ],
      },
      at - 86_400_000,
    )
  })
}

/**
 * Gives the portals deals with one contact each, whose moves make exactly `moves` stage changes. The portals' ids are the
 * same on purpose: an id says nothing without its portal.
 */
export function fillCrowd(sandbox: Sandbox, moves: number, portals = CROWD_PORTALS): CrowdDeal[] {
  const deals: CrowdDeal[] = []
  for (let left = moves, index = 0; left > 0; index++) {
    const portalId = portals[index % portals.length]?.portalId ?? 0
    const way = left < 2 || index % 6 < 4 ? 'direct' : index % 6 === 4 ? 'through' : 'lost'
    const stages = { direct: [MAPPED], through: ['qualified', MAPPED], lost: [MAPPED, 'lost'] }[way]
    const number = Math.floor(index / portals.length)
    const email = `c${number}@p${portalId}.example`
    const contactId = sandbox.createContact(portalId, {
      id: String(101 + number),
      email,
      firstName: 'Chris',
      lastName: `Number ${number}`,
    })
    const deal = { id: String(900_001 + number), name: `Deal ${number}`, stageId: 'lead', contactIds: [contactId] }
    deals.push({ portalId, dealId: sandbox.createDeal(portalId, deal), email, way, stages })
    left -= stages.length
  }
  return deals
}

/** Does in a connected portal what an admin would: pipelines, sender, a published sequence, one mapped stage. */
export async function setUpPortal(sandbox: Sandbox, appUrl: string, portalId: number): Promise<void> {
  const steps = CROWD_PORTALS.find((portal) => portal.portalId === portalId)?.steps ?? [first]
  const call = <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object) =>
    callAsCard<T>(sandbox, appUrl, portalId, method, path, body)
  await call('POST', '/api/pipelines/refresh', { idempotencyKey: 'crowd-pipelines' })
  await call('PUT', '/api/sender', {
    fromName: 'The sales team',
    replyTo: `owner@p${portalId}.example`,
    postalAddress: '12 Harbor Street, 24103 Kiel',
    idempotencyKey: 'crowd-sender',
  })
  const { revision } = await call<{ revision: number }>('GET', '/api/rules')
  await call('PUT', '/api/rules', { ...UNLIMITED, revision, idempotencyKey: 'crowd-rules' })
  const sequence = await call<{ id: string }>('POST', '/api/sequences', {
    name: 'Follow-up',
    definition: { steps, stopWhenStageLeft: true },
    idempotencyKey: 'crowd-sequence',
  })
  await call('POST', `/api/sequences/${sequence.id}/status`, { action: 'publish', idempotencyKey: 'crowd-publish' })
  const mapping = { pipelineId: 'default', stageId: MAPPED, sequenceId: sequence.id, active: true }
  await call('PUT', '/api/mappings', { ...mapping, idempotencyKey: 'crowd-mapping' })
}
