import { contactName, findRecord, linkedIds, ownerName, recordsOf, stageOf } from './hubspot/state.ts'
import { eventTypeOf } from './hubspot/timeline.ts'
import type { CrmRecord, ObjectType, Portal } from './hubspot/types.ts'
import type { World } from './hubspot/world.ts'

/** One line of a record page's timeline. */
export interface TimelineItem {
  readonly at: string
  readonly title: string
  readonly detail: string
  readonly source: string
}

export function viewPortals(world: World) {
  return [...world.portals.values()].map((portal) => {
    const user = portal.users[0]
    return {
      portalId: portal.portalId,
      name: portal.name,
      domain: portal.domain,
      timeZone: portal.timeZone,
      installed: world.tokens.grants.has(portal.portalId),
      user: { id: user?.id ?? 0, email: user?.email ?? '', name: user ? `${user.firstName} ${user.lastName}` : '' },
    }
  })
}

export function viewBoard(portal: Portal, wanted: string | null) {
  const pipeline = portal.pipelines.find((candidate) => candidate.id === wanted) ?? portal.pipelines[0]
  const deals = [...recordsOf(portal, 'deals').values()].filter(
    (deal) => deal.archivedAt === null && deal.properties.get('pipeline') === pipeline?.id,
  )
  return {
    pipelines: portal.pipelines.map(({ id, label, stages }) => ({
      id,
      label,
      stages: stages.map((stage) => ({ id: stage.id, label: stage.label, isClosed: stage.isClosed })),
    })),
    pipelineId: pipeline?.id ?? '',
    deals: deals.map((deal) => ({
      ...dealHead(portal, deal),
      stageId: deal.properties.get('dealstage') ?? '',
      contacts: linked(portal, deal, 'contacts').map((contact) => ({ id: contact.id, name: contactName(contact) })),
    })),
  }
}

export function viewDeal(world: World, portal: Portal, deal: CrmRecord) {
  const place = stageOf(portal, deal.properties.get('dealstage'))
  return {
    ...dealHead(portal, deal),
    pipelineId: place?.pipeline.id ?? '',
    pipelineLabel: place?.pipeline.label ?? '',
    stageId: place?.stage.id ?? '',
    stageLabel: place?.stage.label ?? '',
    closeDate: deal.properties.get('closedate') ?? null,
    company: linked(portal, deal, 'companies')[0]?.properties.get('name') ?? '',
    contacts: linked(portal, deal, 'contacts').map((contact) => ({
      id: contact.id,
      name: contactName(contact),
      email: contact.properties.get('email') ?? '',
      title: contact.properties.get('jobtitle') ?? '',
    })),
    tasks: linked(portal, deal, 'tasks').map((task) => ({
      id: task.id,
      subject: task.properties.get('hs_task_subject') ?? '',
      done: task.properties.get('hs_task_status') === 'COMPLETED',
    })),
    timeline: viewTimeline(world, portal, deal),
  }
}

export function viewContact(world: World, portal: Portal, contact: CrmRecord) {
  const value = (name: string) => contact.properties.get(name) ?? ''
  return {
    id: contact.id,
    name: contactName(contact),
    email: value('email'),
    phone: value('phone'),
    title: value('jobtitle'),
    company: value('company'),
    optedOut: value('hs_email_optout') === 'true',
    deals: linked(portal, contact, 'deals').map((deal) => ({
      id: deal.id,
      name: deal.properties.get('dealname') ?? '',
      stageLabel: stageOf(portal, deal.properties.get('dealstage'))?.stage.label ?? '',
    })),
    timeline: viewTimeline(world, portal, contact),
  }
}

function dealHead(portal: Portal, deal: CrmRecord) {
  const amount = deal.properties.get('amount')
  return {
    id: deal.id,
    name: deal.properties.get('dealname') ?? '',
    amount: amount ? Number(amount) : null,
    currency: deal.properties.get('deal_currency_code') || portal.currency,
    owner: ownerName(portal, deal.properties.get('hubspot_owner_id')),
  }
}

function linked(portal: Portal, record: CrmRecord, to: ObjectType): CrmRecord[] {
  return linkedIds(portal, record.type, record.id, to)
    .map((id) => findRecord(portal, to, id))
    .filter((found) => found !== null)
}

/** Newest first: what the app wrote, the engagements on the record, stage changes and the creation. */
function viewTimeline(world: World, portal: Portal, record: CrmRecord): TimelineItem[] {
  const rows: { at: number; item: Omit<TimelineItem, 'at'> }[] = []
  for (const event of portal.timeline.get(`${record.type}:${record.id}`) ?? []) {
    const type = eventTypeOf(world, event.eventTypeName)
    const plain = Object.entries(event.properties).map(([name, value]) => `${name}: ${value}`)
    const title = fillTemplate(type?.headerTemplate ?? '', event.properties, event.timestamp) || type?.name
    const detail = fillTemplate(type?.detailTemplate ?? '', event.properties, event.timestamp)
    rows.push({
      at: event.timestamp,
      item: { title: title || event.eventTypeName, detail: type ? detail : plain.join(', '), source: world.app.name },
    })
  }
  rows.push(...engagements(world, portal, record), ...history(world, portal, record))
  rows.sort((one, other) => other.at - one.at)
  return rows.map(({ at, item }) => ({ at: new Date(at).toISOString(), ...item }))
}

const ENGAGEMENTS: readonly [type: ObjectType, word: string, title: string, detail: string][] = [
  ['notes', 'Note', '', 'hs_note_body'],
  ['tasks', 'Task', 'hs_task_subject', 'hs_task_body'],
  ['emails', 'Email', 'hs_email_subject', 'hs_email_text'],
  ['calls', 'Call', 'hs_call_title', 'hs_call_body'],
  ['communications', 'Message', '', 'hs_communication_body'],
]

function engagements(world: World, portal: Portal, record: CrmRecord) {
  return ENGAGEMENTS.flatMap(([type, word, title, detail]) =>
    linked(portal, record, type).map((engagement) => {
      const subject = engagement.properties.get(title)
      const text = (engagement.properties.get(detail) ?? '').replace(/<[^>]*>/g, ' ').trim()
      const source = authorOf(world, portal, engagement.history.get('hs_object_id')?.[0])
      return { at: engagement.createdAt, item: { title: subject ? `${word}: ${subject}` : word, detail: text, source } }
    }),
  )
}

function history(world: World, portal: Portal, record: CrmRecord) {
  const made = record.history.get('hs_object_id')?.[0]
  const rows = [
    {
      at: record.createdAt,
      item: {
        title: record.type === 'deals' ? 'Deal created' : 'Contact created',
        detail: '',
        source: authorOf(world, portal, made),
      },
    },
  ]
  if (record.type !== 'deals') return rows
  const versions = record.history.get('dealstage') ?? []
  for (const [index, version] of versions.entries()) {
    if (index === 0) continue
    const label = stageOf(portal, version.value)?.stage.label ?? version.value
    const before = stageOf(portal, versions[index - 1]?.value)?.stage.label ?? ''
    const item = { title: `Deal moved to ${label}`, detail: `From ${before}`, source: authorOf(world, portal, version) }
    rows.push({ at: version.timestamp, item })
  }
  return rows
}

function authorOf(world: World, portal: Portal, by: { sourceType: string; sourceId: string } | undefined): string {
  if (by?.sourceType === 'INTEGRATION') return world.app.name
  const user = portal.users.find((candidate) => by?.sourceId === `userId:${candidate.id}`)
  return user ? `${user.firstName} ${user.lastName}` : 'HubSpot'
}

/** `{{name}}` and the date block of app event templates; other Handlebars is shown as it is. */
function fillTemplate(template: string, values: Record<string, string>, at: number): string {
  return template
    .replace(/\{\{#formatDate\s+(\w+)\}\}\{\{\/formatDate\}\}/g, (_all, name: string) =>
      new Date(values[name] ?? at).toUTCString(),
    )
    .replace(/\{\{\s*(\w+)\s*\}\}/g, (_all, name: string) => values[name] ?? '')
}
