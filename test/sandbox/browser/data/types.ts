/** The JSON of `/sandbox/*`, as test/sandbox/README.md describes it. */

export interface Config {
  appUrl: string
  appId?: number
  timezone?: string
  /** What a HubSpot profile (`hsprofile`) would hand to the extensions as `context.variables`. */
  variables?: Record<string, string | number | boolean>
  /** With a clock at `/sandbox/clock` that can be moved: how far it is ahead of the machine's, in milliseconds. */
  clockAheadMs?: number
}

export interface User {
  id: number
  email: string
  name: string
}

export interface Portal {
  /** E.g. `America/Chicago`. */
  timeZone?: string
  portalId: number | string
  name: string
  domain: string
  installed: boolean
  user: User
}

export interface Stage {
  id: string
  label: string
  isClosed: boolean
}

export interface Pipeline {
  id: string
  label: string
  stages: Stage[]
}

export interface BoardDeal {
  id: string
  name: string
  amount: number | string | null
  currency: string | null
  stageId: string
  owner: string | null
  contacts: { id: string; name: string }[]
}

export interface Board {
  pipelines: Pipeline[]
  pipelineId: string
  deals: BoardDeal[]
}

export interface TimelineItem {
  at: string
  title: string
  detail: string | null
  source: string | null
}

export interface Deal {
  id: string
  name: string
  amount: number | string | null
  currency: string | null
  pipelineLabel: string
  stageLabel: string
  owner: string | null
  closeDate: string | null
  contacts: { id: string; name: string; email: string | null; title: string | null }[]
  tasks: { id: string; subject: string; done: boolean }[]
  timeline: TimelineItem[]
}

export interface Contact {
  id: string
  name: string
  email: string | null
  phone: string | null
  title: string | null
  company: string | null
  deals: { id: string; name: string; stageLabel: string }[]
  timeline: TimelineItem[]
}

export interface MailRow {
  id: string
  at: string
  from: string
  to: string
  subject: string
  snippet: string
}

export interface Mail {
  id: string
  at: string
  from: string
  to: string
  subject: string
  text: string | null
  html: string | null
  headers: { name: string; value: string }[]
  raw: string
}

export interface ExtensionInfo {
  uid: string
  type: 'card' | 'settings'
  title: string
  location: string
  bundleUrl: string
}

export interface FetchAnswer {
  status: number
  headers: Record<string, string>
  body: unknown
}

export interface ClockState {
  now: string
  /** When the app's next step is due; null: nothing is planned. */
  nextStepAt: string | null
}

export interface Change {
  kind: 'deal' | 'mail' | 'timeline' | 'install' | 'clock'
  portalId?: number | string
}
