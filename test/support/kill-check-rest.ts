import type { Evidence } from './kill-scenario.ts'

/** Each counts what must be zero once the system is at rest. */
const LEFTOVERS = {
  'events are pending or dead': `select count(*)::int from events where status in ('pending', 'dead')`,
  // Every account's pipelines have a turn, for ever.
  'lanes are due or leased': `select count(*)::int from lanes where kind <> 'pipelines'`,
  'steps are planned, in hand or held': `select count(*)::int from step_runs
    where status in ('scheduled', 'sending', 'held', 'failed')`,
  'deliveries are open': `select count(*)::int from deliveries where status in ('sending', 'sending_data')`,
  'enrollments have not ended': `select count(*)::int from enrollments where status in ('active', 'paused')`,
  'timeline entries are not published': `select count(*)::int from timeline_entries where status <> 'published'`,
}

/** What is not finished, as sentences; empty when the system is at rest. */
export async function findLeftovers({ query }: Pick<Evidence, 'query'>): Promise<string[]> {
  const names = Object.keys(LEFTOVERS)
  const columns = Object.values(LEFTOVERS).map((select, index) => `(${select}) as c${index}`)
  const [row] = await query<Record<string, number>>(`select ${columns.join(', ')}`)
  return names.flatMap((name, index) => {
    const count = row?.[`c${index}`] ?? 0
    return count > 0 ? [`${count} ${name}`] : []
  })
}
