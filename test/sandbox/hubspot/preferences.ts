import type { FastifyInstance } from 'fastify'
import { invalid } from './errors.ts'
import { iso, updateRecord } from './records.ts'
import { addRoutes, type Call, type Route } from './route.ts'
import { findRecord } from './state.ts'
import type { Portal, Preferences } from './types.ts'
import type { World } from './world.ts'

const READ = ['communication_preferences.read', 'communication_preferences.read_write']
const WRITE = ['communication_preferences.write', 'communication_preferences.read_write']

/** The two subscription types the stand-in knows. */
const DEFINITIONS = [
  { id: '1001', name: 'Marketing information', isInternal: false, isDefault: true },
  { id: '1002', name: 'One to One', isInternal: true, isDefault: false },
]

/** Communication preferences: definitions, the status of an address and unsubscribing from everything. */
export async function preferenceRoutes(app: FastifyInstance, world: World) {
  const on = (method: Route['method'], path: string, scope: string[], handle: Route['handle']): Route => ({
    method,
    paths: ['/communication-preferences/2026-09', '/communication-preferences/v4'].map((base) => base + path),
    family: 'preferences',
    scope,
    handle,
  })
  addRoutes(app, world, [
    on('GET', '/definitions', READ, () => ({ status: 'COMPLETE', results: DEFINITIONS.map(showDefinition) })),
    on('GET', '/statuses/:email', READ, (call) => ({ status: 'COMPLETE', results: statuses(call) })),
    on('POST', '/statuses/:email', WRITE, setStatus),
    on('GET', '/statuses/:email/unsubscribe-all', READ, (call) => ({
      status: 'COMPLETE',
      results: [wideStatus(call)],
    })),
    on('POST', '/statuses/:email/unsubscribe-all', WRITE, unsubscribeAll),
  ])
}

const showDefinition = (definition: (typeof DEFINITIONS)[number]) => ({
  ...definition,
  description: definition.name,
  purpose: definition.isInternal ? 'Sales' : 'Marketing',
  communicationMethod: 'Email',
  isActive: true,
})

const emailOf = (call: Call) => (call.params.email ?? '').toLowerCase()

/** The preferences of an address, made when first asked for. */
function preferencesOf(portal: Portal, email: string): Preferences {
  const existing = portal.preferences.get(email)
  if (existing) return existing
  const made: Preferences = { unsubscribedAllAt: null, statuses: new Map() }
  portal.preferences.set(email, made)
  return made
}

function statuses(call: Call) {
  const email = emailOf(call)
  const preferences = call.portal.preferences.get(email)
  return DEFINITIONS.map((definition) => ({
    subscriptionId: definition.id,
    subscriptionName: definition.name,
    status: preferences?.unsubscribedAllAt
      ? 'UNSUBSCRIBED'
      : (preferences?.statuses.get(definition.id) ?? 'NOT_SPECIFIED'),
    source: 'PORTAL',
    legalBasis: null,
    legalBasisExplanation: null,
    subscriberIdString: email,
    channel: 'EMAIL',
    timestamp: iso(preferences?.unsubscribedAllAt ?? call.at),
    businessUnitId: 0,
  }))
}

function setStatus(call: Call) {
  const body = (call.body ?? {}) as { subscriptionId?: string | number; statusState?: string }
  const id = String(body.subscriptionId)
  if (!DEFINITIONS.some((definition) => definition.id === id)) throw invalid(`Subscription ${id} does not exist.`)
  const state = body.statusState
  if (state !== 'SUBSCRIBED' && state !== 'UNSUBSCRIBED')
    throw invalid('statusState must be SUBSCRIBED or UNSUBSCRIBED.')
  const email = emailOf(call)
  preferencesOf(call.portal, email).statuses.set(id, state)
  call.world.emit(markContact(call, email, { [`hs_email_optout_${id}`]: String(state === 'UNSUBSCRIBED') }))
  return { status: 'COMPLETE', results: statuses(call).filter((one) => one.subscriptionId === id) }
}

function wideStatus(call: Call) {
  const at = call.portal.preferences.get(emailOf(call))?.unsubscribedAllAt ?? null
  return {
    subscriberIdString: emailOf(call),
    channel: 'EMAIL',
    wideStatusType: 'PORTAL_WIDE',
    status: at === null ? 'SUBSCRIBED' : 'UNSUBSCRIBED',
    timestamp: iso(at ?? call.at),
    businessUnitId: 0,
  }
}

function unsubscribeAll(call: Call) {
  const email = emailOf(call)
  preferencesOf(call.portal, email).unsubscribedAllAt ??= call.at
  call.world.emit(markContact(call, email, { hs_email_optout: 'true' }))
  return { status: 'COMPLETE', results: [wideStatus(call)] }
}

/** The contact of an address shows its preferences as properties; an address may have no contact. */
function markContact(call: Call, email: string, properties: Record<string, string>) {
  const contact = findRecord(call.portal, 'contacts', call.portal.contactByEmail.get(email) ?? '')
  return contact ? updateRecord(call.portal, contact, properties, call.by, call.at) : []
}
