import type { Stack } from '#test/support/stack.ts'

export const PORTAL = 48211607
export const START_STAGE = 'lead'
export const MAPPED_STAGE = 'demoscheduled'

/** A connected portal whose stage "Demo scheduled" sends one mail at once, through the app's own API. Gives the sequence's id. */
export async function preparePortal(stack: Stack, portalId: number = PORTAL): Promise<string> {
  const call = <T>(method: 'POST' | 'PUT', path: string, body: unknown) => stack.card<T>(portalId, method, path, body)
  await stack.connect(portalId)
  await call('POST', '/api/pipelines/refresh', { idempotencyKey: 'bench-pipelines' })
  const steps = [
    {
      id: 'only',
      kind: 'email',
      subject: 'Hello {{ contact.firstname }}',
      body: 'A short note about {{ deal.name }}.',
    },
  ]
  const definition = { steps, stopWhenStageLeft: true }
  const sequence = await call<{ id: string }>('POST', '/api/sequences', {
    name: 'Bench',
    definition,
    idempotencyKey: 'bench-sequence',
  })
  await call('POST', `/api/sequences/${sequence.id}/status`, { action: 'publish', idempotencyKey: 'bench-publish' })
  const mapping = { pipelineId: 'default', stageId: MAPPED_STAGE, sequenceId: sequence.id, active: true }
  await call('PUT', '/api/mappings', { ...mapping, idempotencyKey: 'bench-mapping' })
  return sequence.id
}

/** Deals with one contact each, before the mapped stage; the address tells which deal it was. */
export async function makeDeals(
  stack: Stack,
  count: number,
  label: string,
): Promise<{ dealId: string; address: string }[]> {
  stack.sandbox.webhooks.pause()
  const deals = Array.from({ length: count }, (_, index) => {
    const address = `${label}-${index}@bench.example`
    const contactId = stack.sandbox.createContact(PORTAL, { email: address, firstName: 'Ada', lastName: 'Byron' })
    const dealId = stack.sandbox.createDeal(PORTAL, {
      name: `${label} ${index}`,
      stageId: START_STAGE,
      contactIds: [contactId],
    })
    return { dealId, address }
  })
  stack.sandbox.webhooks.resume()
  await stack.sandbox.webhooks.settle()
  await idle(stack)
  return deals
}

/** Waits until the app has nothing to do: no call to HubSpot and no mail for a second and a half. */
export async function idle(stack: Stack): Promise<void> {
  for (let quiet = 0, before = -1; quiet < 15; ) {
    await pause(100)
    const now = stack.sandbox.journal.counters.total + stack.sandbox.mail.messages().length
    quiet = now === before ? quiet + 1 : 0
    before = now
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Waits until every address got its mail; throws after two minutes, naming how many did not. */
export async function untilMailed(stack: Stack, addresses: readonly string[]): Promise<Map<string, number>> {
  const wanted = new Set(addresses)
  for (let attempt = 0; attempt < 1_200; attempt++) {
    const got = new Map<string, number>()
    for (const mail of stack.sandbox.mail.messages()) {
      const [address] = mail.envelopeTo
      if (address && wanted.has(address)) got.set(address, mail.at)
    }
    if (got.size === wanted.size) return got
    await pause(100)
  }
  throw new Error(`not all of ${addresses.length} mails arrived within two minutes`)
}
