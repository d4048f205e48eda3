import type { Stack } from '#test/support/stack.ts'

export const PORTAL = 48211607
export const START_STAGE = 'lead'
/** Its sequence sends one mail at once. */
export const MAPPED_STAGE = 'demoscheduled'
/** Its sequence begins with a wait of a day, so that entering it is decided and nothing is sent. */
export const LATER_STAGE = 'proposalsent'

/**
 * A connected portal with two mapped stages, one that mails at once and one that waits, through the app's own API. Gives the id
 * of the sequence that mails at once.
 */
export async function preparePortal(stack: Stack, portalId: number = PORTAL): Promise<string> {
  const call = <T>(method: 'POST' | 'PUT', path: string, body: unknown) => stack.card<T>(portalId, method, path, body)
  await stack.connect(portalId)
  await call('POST', '/api/pipelines/refresh', { idempotencyKey: 'bench-pipelines' })
  const mail = {
    id: 'only',
    kind: 'email',
    subject: 'Hello {{ contact.firstname }}',
    body: 'A short note about {{ deal.name }}.',
  }
  const wait = { id: 'wait', kind: 'wait', amount: 1, unit: 'days' }
  const sequences = [
    { name: 'at-once', stageId: MAPPED_STAGE, steps: [mail] },
    { name: 'later', stageId: LATER_STAGE, steps: [wait, mail] },
  ]
  const ids: string[] = []
  for (const { name, stageId, steps } of sequences) {
    const definition = { steps, stopWhenStageLeft: true }
    const created = { name, definition, idempotencyKey: `bench-sequence-${name}` }
    const { id } = await call<{ id: string }>('POST', '/api/sequences', created)
    const published = { action: 'publish', idempotencyKey: `bench-publish-${name}` }
    await call('POST', `/api/sequences/${id}/status`, published)
    const mapping = { pipelineId: 'default', stageId, sequenceId: id, active: true }
    await call('PUT', '/api/mappings', { ...mapping, idempotencyKey: `bench-mapping-${name}` })
    ids.push(id)
  }
  return ids[0] ?? ''
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

/** Waits until the app has nothing to do: no call to HubSpot and no mail for `quietMs`. */
export async function idle(stack: Stack, quietMs = 1_500): Promise<void> {
  for (let quiet = 0, before = -1; quiet * 100 < quietMs; ) {
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
