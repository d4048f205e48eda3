import type { Evidence } from './kill-scenario.ts'

export interface EventFaults {
  readonly faults: string[]
  readonly counts: { readonly stored: number; readonly duplicates: number }
}

interface StoredEvent {
  portal: string
  deal: string
  stage: string
  at: string
  status: string
}

/** The fact of a stage change, without the ids that HubSpot changes when it tells it again. */
const factOf = (portal: unknown, deal: unknown, at: unknown, stage: unknown) => `${portal}/${deal}@${at}>${stage}`

/** Compares what HubSpot was acknowledged with the ledger, and the ledger with what was decided: each once, none lost. */
export async function findEventFaults(evidence: Evidence): Promise<EventFaults> {
  const told = new Set<string>()
  const acknowledged = new Map<string, number>()
  for (const delivery of evidence.sandbox.webhooks.deliveries) {
    const taken = delivery.attempts.filter(({ status }) => status >= 200 && status < 300).length
    for (const event of delivery.events) {
      const fact = factOf(event.portalId, event.objectId, event.occurredAt, event.propertyValue)
      told.add(fact)
      if (taken > 0) acknowledged.set(fact, (acknowledged.get(fact) ?? 0) + taken)
    }
  }
  const rows = await evidence.query<StoredEvent>(`
    select portal_id::text as portal, object_id as deal, payload->>'propertyValue' as stage, status,
      (extract(epoch from occurred_at) * 1000)::bigint::text as at
    from events`)
  const stored = new Map<string, string[]>()
  for (const row of rows) {
    const fact = factOf(row.portal, row.deal, row.at, row.stage)
    stored.set(fact, [...(stored.get(fact) ?? []), row.status])
  }
  const faults: string[] = []
  for (const fact of acknowledged.keys()) if (!stored.has(fact)) faults.push(`acknowledged and lost: ${fact}`)
  for (const [fact, statuses] of stored) {
    if (!told.has(fact)) faults.push(`stored, but HubSpot never told it: ${fact}`)
    if (statuses.join() !== 'done') faults.push(`not handled exactly once: ${fact} is ${statuses.join()}`)
  }
  faults.push(...(await findDecisionFaults(evidence, stored)))
  let copies = 0
  for (const times of acknowledged.values()) copies += times - 1
  return { faults, counts: { stored: stored.size, duplicates: copies } }
}

/** One entry per stage change, one decision per entry (each deal has one contact), one enrollment per decision that enrolled. */
async function findDecisionFaults({ query, deals }: Evidence, stored: ReadonlyMap<string, unknown>): Promise<string[]> {
  const entries = await query<{ fact: string; decisions: string }>(`
    select e.portal_id || '/' || e.deal_id || '@' || (extract(epoch from e.entered_at) * 1000)::bigint || '>' || e.stage_id as fact,
      coalesce((select string_agg(d.outcome || ':' || d.reason, ',') from decisions d
        where d.portal_id = e.portal_id and d.stage_entry_id = e.id), '') as decisions
    from stage_entries e`)
  const decided = new Map<string, string[]>()
  for (const { fact, decisions } of entries) decided.set(fact, [...(decided.get(fact) ?? []), decisions])
  const faults: string[] = []
  for (const fact of stored.keys()) {
    const once = decided.get(fact)
    if (once?.length !== 1) faults.push(`${once?.length ?? 0} stage entries for ${fact}`)
    else if (once[0] === '' || once[0]?.includes(',')) faults.push(`not one decision for ${fact}: “${once[0]}”`)
  }
  for (const fact of decided.keys()) if (!stored.has(fact)) faults.push(`an entry nobody told: ${fact}`)
  const enrolled = await query<{ portal: string; deal: string; times: number; statuses: string }>(`
    select portal_id::text as portal, deal_id as deal, count(*)::int as times, string_agg(status, ',') as statuses
    from enrollments group by portal_id, deal_id`)
  const byDeal = new Map(enrolled.map((row) => [`${row.portal}/${row.deal}`, row]))
  const reached = new Set([...stored.keys()].flatMap((fact) => (fact.endsWith('>demo') ? [fact.split('@')[0]] : [])))
  for (const deal of deals) {
    const key = `${deal.portalId}/${deal.dealId}`
    const { times, statuses } = byDeal.get(key) ?? { times: 0, statuses: '' }
    const mayMiss = deal.way === 'lost' || !reached.has(key)
    if (times > 1 || (times === 0 && !mayMiss)) faults.push(`${times} enrollments of the ${deal.way} deal ${key}`)
    if (times === 1 && deal.way !== 'lost' && statuses !== 'completed') {
      faults.push(`the enrollment of the ${deal.way} deal ${key} is ${statuses}`)
    }
  }
  return faults
}
