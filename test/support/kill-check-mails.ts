import { subjectsOf } from './kill-crowd.ts'
import type { Evidence } from './kill-scenario.ts'

export interface MailCounts {
  readonly accepted: number
  readonly unconfirmed: number
  /** Of the unconfirmed: those the server had taken. */
  readonly unconfirmedAccepted: number
}

interface Run {
  portal: string
  email: string
  subject: string | null
  runStatus: string
  epoch: number
  why: string
  shown: boolean
  messageId: string | null
  delivery: string | null
}

const RUNS = `
  select r.portal_id::text as portal, c.email, d.subject, r.status as "runStatus", r.epoch, r.why,
    exists (select from activities a where a.portal_id = r.portal_id and a.subject_id = r.id::text
      and a.kind = 'step.unconfirmed') as shown,
    d.message_id as "messageId", d.status as delivery
  from step_runs r
  join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
  join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
  left join deliveries d on d.portal_id = r.portal_id and d.step_run_id = r.id and d.epoch = r.epoch
  where r.kind = 'email'`

/** Compares what the mail server took with what was planned: each at most once, and none missing that is not `unconfirmed`. */
export async function findMailFaults(evidence: Evidence): Promise<{ faults: string[]; counts: MailCounts }> {
  const { mail } = evidence.sandbox
  const faults: string[] = []
  for (const [messageId, times] of mail.acceptances) {
    if (times > 1) faults.push(`${messageId} was accepted ${times} times`)
  }
  const got = new Map<string, number>()
  for (const { envelopeTo, messageId, subject } of mail.messages()) {
    const [recipient = ''] = envelopeTo
    const portal = /@p(\d+)\.example$/.exec(recipient)?.[1]
    // The Message-ID names the portal that sent it.
    if (envelopeTo.length !== 1 || !portal || !messageId?.startsWith(`<${portal}.`)) {
      faults.push(`mail ${messageId} went to ${envelopeTo.join()}`)
    }
    const key = `${recipient} “${subject}”`
    got.set(key, (got.get(key) ?? 0) + 1)
  }
  for (const [key, times] of got) if (times > 1) faults.push(`${key} was accepted ${times} times`)

  const runs = await evidence.query<Run>(RUNS)
  const planned = new Map(runs.map((run) => [`${run.email} “${run.subject}”`, run]))
  for (const run of runs) faults.push(...findRunFaults(run, mail.accepted(run.messageId ?? '')))
  const expected = new Map<string, boolean>()
  for (const deal of evidence.deals) {
    for (const subject of subjectsOf(deal.portalId)) expected.set(`${deal.email} “${subject}”`, deal.way !== 'lost')
  }
  for (const key of got.keys()) if (!expected.has(key)) faults.push(`nobody planned ${key}`)
  const unheard = unheardDeals(evidence)
  for (const [key, must] of expected) {
    if (!must || got.has(key) || unheard.has(key.split(' ')[0] ?? '')) continue
    if (planned.get(key)?.runStatus !== 'unconfirmed') faults.push(`lost: ${key} is ${planned.get(key)?.runStatus}`)
  }
  const unconfirmed = runs.filter((run) => run.runStatus === 'unconfirmed')
  const unconfirmedAccepted = unconfirmed.filter((run) => mail.accepted(run.messageId ?? '') > 0).length
  return { faults, counts: { accepted: mail.messages().length, unconfirmed: unconfirmed.length, unconfirmedAccepted } }
}

/** Whether our row and the server's journal can both be true. */
function findRunFaults(run: Run, accepted: number): string[] {
  const name = `${run.email} “${run.subject}” (${run.runStatus}, delivery ${run.delivery})`
  const faults: string[] = []
  if (run.epoch !== 1) faults.push(`${name} was planned again on its own`)
  if (run.runStatus === 'sent' && (accepted !== 1 || run.delivery !== 'accepted')) {
    faults.push(`${name} says sent, the server accepted ${accepted}`)
  }
  if (accepted > 0 && run.runStatus !== 'sent' && run.runStatus !== 'unconfirmed') {
    faults.push(`${name} was accepted by the server`)
  }
  if (run.runStatus === 'unconfirmed' && (run.delivery !== 'unconfirmed' || !run.why || !run.shown)) {
    faults.push(`${name} does not say that nobody can know`)
  }
  return faults
}

/** Recipients whose deal's move to the mapped stage HubSpot gave up telling: nobody can expect a mail for those. */
function unheardDeals({ sandbox, deals }: Evidence): Set<string> {
  const heard = new Set(
    sandbox.webhooks.deliveries
      .filter((delivery) => delivery.attempts.some(({ status }) => status >= 200 && status < 300))
      .flatMap((delivery) => delivery.events)
      .filter((event) => event.propertyValue === 'demo')
      .map((event) => `${event.portalId}/${event.objectId}`),
  )
  const unheard = deals.filter((deal) => !heard.has(`${deal.portalId}/${deal.dealId}`))
  return new Set(unheard.map((deal) => deal.email))
}
