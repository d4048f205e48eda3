import type { LinkType, ObjectType } from './types.ts'

interface ObjectTypeInfo {
  readonly typeId: string
  readonly singular: string
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** What a read gives when no properties are asked for. */
  readonly defaults: readonly string[]
}

const CONTACTS_READ = ['crm.objects.contacts.read'] as const
const CONTACTS_WRITE = ['crm.objects.contacts.write'] as const

function engagement(typeId: string, singular: string, extra: readonly string[] = []): ObjectTypeInfo {
  return {
    typeId,
    singular,
    read: [...CONTACTS_READ, ...extra],
    write: [...CONTACTS_WRITE, ...extra],
    defaults: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
  }
}

/** HubSpot docs, object type ids and scopes: notes, tasks and the like ride on the contacts scopes, e-mails need one more. */
export const OBJECT_TYPES: Record<ObjectType, ObjectTypeInfo> = {
  contacts: {
    typeId: '0-1',
    singular: 'contact',
    read: CONTACTS_READ,
    write: CONTACTS_WRITE,
    defaults: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
  },
  companies: {
    typeId: '0-2',
    singular: 'company',
    read: ['crm.objects.companies.read'],
    write: ['crm.objects.companies.write'],
    defaults: ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name'],
  },
  deals: {
    typeId: '0-3',
    singular: 'deal',
    read: ['crm.objects.deals.read'],
    write: ['crm.objects.deals.write'],
    defaults: [
      'amount',
      'closedate',
      'createdate',
      'dealname',
      'dealstage',
      'hs_lastmodifieddate',
      'hs_object_id',
      'pipeline',
    ],
  },
  tickets: {
    typeId: '0-5',
    singular: 'ticket',
    read: ['tickets'],
    write: ['tickets'],
    defaults: ['createdate', 'hs_lastmodifieddate', 'hs_object_id', 'subject'],
  },
  tasks: engagement('0-27', 'task'),
  notes: engagement('0-46', 'note'),
  emails: engagement('0-49', 'email', ['sales-email-read']),
  calls: engagement('0-48', 'call'),
  meetings: engagement('0-47', 'meeting'),
  communications: engagement('0-18', 'communication'),
  users: {
    typeId: '0-115',
    singular: 'user',
    read: ['crm.objects.users.read'],
    write: ['crm.objects.users.write'],
    defaults: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
  },
}

const BY_NAME = new Map<string, ObjectType>()
for (const [plural, info] of Object.entries(OBJECT_TYPES)) {
  const type = plural as ObjectType
  for (const name of [plural, info.singular, info.typeId]) BY_NAME.set(name, type)
}

/** `deals`, `deal`, `DEAL` or `0-3` to the one name used here; null for what the stand-in does not know. */
export function toObjectType(name: string): ObjectType | null {
  return BY_NAME.get(name.toLowerCase()) ?? null
}

/** HubSpot docs, association type ids of unlabeled links. */
const DEFAULT_LINKS: Record<string, number> = {
  'contacts>deals': 4,
  'deals>contacts': 3,
  'contacts>companies': 279,
  'companies>contacts': 280,
  'deals>companies': 341,
  'companies>deals': 342,
  'emails>contacts': 198,
  'emails>deals': 210,
  'notes>contacts': 202,
  'notes>companies': 190,
  'notes>deals': 214,
  'tasks>contacts': 204,
  'tasks>deals': 216,
  'communications>contacts': 81,
  'communications>companies': 87,
  'communications>deals': 85,
  'deals>communications': 86,
  'contacts>emails': 197,
  'contacts>notes': 201,
  'contacts>tasks': 203,
  'contacts>communications': 82,
  'deals>emails': 209,
  'deals>notes': 213,
  'deals>tasks': 215,
}

const PRIMARY_LINKS: Record<string, number> = {
  'contacts>companies': 1,
  'companies>contacts': 2,
  'deals>companies': 5,
  'companies>deals': 6,
}

/** Link types HubSpot itself defines for a direction. Pairs the fact sheet does not list get a stable number of their own. */
export function definedLinks(from: ObjectType, to: ObjectType): LinkType[] {
  const key = `${from}>${to}`
  const links: LinkType[] = []
  const primary = PRIMARY_LINKS[key]
  if (primary !== undefined) links.push({ category: 'HUBSPOT_DEFINED', typeId: primary, label: 'Primary' })
  links.push({ category: 'HUBSPOT_DEFINED', typeId: DEFAULT_LINKS[key] ?? madeUpLink(from, to), label: null })
  return links
}

export function defaultLink(from: ObjectType, to: ObjectType): LinkType {
  return { category: 'HUBSPOT_DEFINED', typeId: DEFAULT_LINKS[`${from}>${to}`] ?? madeUpLink(from, to), label: null }
}

export function isPrimaryLink(link: LinkType): boolean {
  return link.category === 'HUBSPOT_DEFINED' && Object.values(PRIMARY_LINKS).includes(link.typeId)
}

function madeUpLink(from: ObjectType, to: ObjectType): number {
  const names = Object.keys(OBJECT_TYPES)
  return 900 + names.indexOf(from) * names.length + names.indexOf(to)
}
