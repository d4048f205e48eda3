import type { Sandbox } from '#test/sandbox/sandbox.ts'
import { callAsCard, UNLIMITED } from '#test/support/stack.ts'

/** Where each seeded portal starts its follow-up, and what the contacts are coming to. */
const STAGES: Record<number, { stageId: string; label: string; meeting: string }> = {
  48211607: { stageId: 'demoscheduled', label: 'Demo scheduled', meeting: 'demo' },
  50733092: { stageId: 'presentationscheduled', label: 'Pitch planned', meeting: 'meeting' },
}

const BODY = (text: string) =>
  ['Hello {{ contact.firstname | default: "there" }},', '', text, '', 'Best regards', '{{ sender.name }}'].join('\n')

/** Two weeks of follow-up, as a sales team would write it: the demo's clock makes it a minute. */
const stepsBefore = (meeting: string) => [
  {
    id: 'first',
    kind: 'email',
    subject: `Looking forward to our ${meeting}`,
    body: BODY(`Thank you for booking a ${meeting} with us. Is there anything you would like to see first?`),
  },
  { id: 'pause-1', kind: 'wait', amount: 3, unit: 'days' },
  {
    id: 'second',
    kind: 'email',
    subject: 'Who else should join?',
    body: BODY(
      'Is there anyone else at {{ contact.company | default: "your company" }} who should see this? I’m happy to invite them.',
    ),
  },
  { id: 'pause-2', kind: 'wait', amount: 4, unit: 'days' },
  {
    id: 'third',
    kind: 'email',
    subject: `A short agenda for our ${meeting}`,
    body: BODY(
      'Here is what I have in mind: ten minutes on what you need, twenty on how we would go about it, and time for your questions. Anything to add?',
    ),
  },
  { id: 'pause-3', kind: 'wait', amount: 7, unit: 'days' },
  {
    id: 'fourth',
    kind: 'email',
    subject: '',
    body: BODY(
      'Did you have a chance to look at the agenda? If the timing isn’t right, just let me know and I’ll stop writing.',
    ),
  },
]

/**
 * Gives a freshly connected portal what an admin would set up in a few minutes: pipelines, a published sequence and one
 * mapped stage. Everything goes through the app's own API, as the settings page would. Does nothing where a sequence exists.
 */
export async function seedPortal(sandbox: Sandbox, appUrl: string, portalId: number): Promise<string | undefined> {
  const stage = STAGES[portalId]
  if (!stage) return undefined
  const call = <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
    callAsCard<T>(sandbox, appUrl, portalId, method, path, body)
  const { sequences } = await call<{ sequences: unknown[] }>('GET', '/api/sequences')
  if (sequences.length > 0) return undefined
  await call('POST', '/api/pipelines/refresh', { idempotencyKey: 'demo-pipelines' })
  await call('PUT', '/api/sender', {
    fromName: `The ${sandbox.state.portals.get(portalId)?.name ?? 'sales'} team`,
    replyTo: sandbox.state.portals.get(portalId)?.users[0]?.email ?? 'sales@example.com',
    postalAddress: '12 Harbor Street, 24103 Kiel',
    idempotencyKey: 'demo-sender',
  })
  // A mail a day to a person would keep the demo waiting.
  await call('PUT', '/api/rules', { ...UNLIMITED, idempotencyKey: 'demo-rules' })
  const definition = { steps: stepsBefore(stage.meeting), stopWhenStageLeft: true }
  const sequence = await call<{ id: string }>('POST', '/api/sequences', {
    name: 'Demo follow-up',
    definition,
    idempotencyKey: 'demo-sequence',
  })
  await call('POST', `/api/sequences/${sequence.id}/status`, { action: 'publish', idempotencyKey: 'demo-publish' })
  const mapping = { pipelineId: 'default', stageId: stage.stageId, sequenceId: sequence.id, active: true }
  await call('PUT', '/api/mappings', { ...mapping, idempotencyKey: 'demo-mapping' })
  return stage.label
}
