import type { ObjectType, Property } from './types.ts'

type Row = readonly [name: string, label: string, type: string, fieldType: string]

const COMMON: Row[] = [
  ['hs_object_id', 'Record ID', 'number', 'number'],
  ['hs_createdate', 'Object create date', 'datetime', 'date'],
  ['hs_lastmodifieddate', 'Last modified date', 'datetime', 'date'],
  ['hs_merged_object_ids', 'Merged record IDs', 'enumeration', 'checkbox'],
  ['hubspot_owner_id', 'Owner', 'enumeration', 'select'],
]

/** Contacts and deals have them; HubSpot counts a deal's over all of its contacts. */
const TALKS: Row[] = [
  ['hs_sales_email_last_replied', 'Recent sales email replied date', 'datetime', 'date'],
  ['engagements_last_meeting_booked', 'Date of last meeting booked in meetings tool', 'datetime', 'date'],
  ['hs_latest_meeting_activity', 'Latest meeting activity', 'datetime', 'date'],
]

const CONTACT: Row[] = [
  ['email', 'Email', 'string', 'text'],
  ['firstname', 'First name', 'string', 'text'],
  ['lastname', 'Last name', 'string', 'text'],
  ['phone', 'Phone number', 'string', 'phonenumber'],
  ['mobilephone', 'Mobile phone number', 'string', 'phonenumber'],
  ['jobtitle', 'Job title', 'string', 'text'],
  ['company', 'Company name', 'string', 'text'],
  ['city', 'City', 'string', 'text'],
  ['country', 'Country/Region', 'string', 'text'],
  ['website', 'Website URL', 'string', 'text'],
  ['lifecyclestage', 'Lifecycle stage', 'enumeration', 'select'],
  ['hs_lead_status', 'Lead status', 'enumeration', 'radio'],
  ['hs_additional_emails', 'Additional email addresses', 'enumeration', 'checkbox'],
  ['hs_email_optout', 'Unsubscribed from all email', 'bool', 'booleancheckbox'],
  ['hs_email_optout_1001', 'Opted out of email: Marketing information', 'bool', 'booleancheckbox'],
  ['hs_email_optout_1002', 'Opted out of email: One to One', 'bool', 'booleancheckbox'],
  ['hs_email_bounce', 'Emails bounced', 'number', 'number'],
  ['hs_email_hard_bounce_reason_enum', 'Email hard bounce reason', 'enumeration', 'select'],
  ['hs_timezone', 'Time zone', 'enumeration', 'select'],
  ['hs_language', 'Preferred language', 'enumeration', 'select'],
  ['hs_sequences_is_enrolled', 'Currently in sequence', 'bool', 'booleancheckbox'],
  ...TALKS,
  ['createdate', 'Create date', 'datetime', 'date'],
  ['lastmodifieddate', 'Last modified date', 'datetime', 'date'],
]

const DEAL: Row[] = [
  ['dealname', 'Deal name', 'string', 'text'],
  ['dealstage', 'Deal stage', 'enumeration', 'radio'],
  ['pipeline', 'Pipeline', 'enumeration', 'select'],
  ['amount', 'Amount', 'number', 'number'],
  ['deal_currency_code', 'Currency', 'enumeration', 'select'],
  ['closedate', 'Close date', 'datetime', 'date'],
  ['createdate', 'Create date', 'datetime', 'date'],
  ['dealtype', 'Deal type', 'enumeration', 'radio'],
  ['description', 'Deal description', 'string', 'textarea'],
  ['hs_is_closed', 'Is deal closed?', 'bool', 'booleancheckbox'],
  ['hs_is_closed_won', 'Is closed won', 'bool', 'booleancheckbox'],
  ['hs_priority', 'Priority', 'enumeration', 'select'],
  ...TALKS,
]

const COMPANY: Row[] = [
  ['name', 'Company name', 'string', 'text'],
  ['domain', 'Company domain name', 'string', 'text'],
  ['industry', 'Industry', 'enumeration', 'select'],
  ['phone', 'Phone number', 'string', 'phonenumber'],
  ['city', 'City', 'string', 'text'],
  ['country', 'Country/Region', 'string', 'text'],
  ['createdate', 'Create date', 'datetime', 'date'],
]

const ROWS: Partial<Record<ObjectType, Row[]>> = { contacts: CONTACT, deals: DEAL, companies: COMPANY }

/** The properties every portal has, for the few object types whose writes are checked against them. */
export function standardProperties(type: ObjectType, at: number): Map<string, Property> {
  const properties = new Map<string, Property>()
  for (const [name, label, kind, fieldType] of [...COMMON, ...(ROWS[type] ?? [])]) {
    properties.set(name, {
      name,
      label,
      groupName: `${type === 'companies' ? 'company' : type.slice(0, -1)}information`,
      type: kind,
      fieldType,
      description: '',
      options: [],
      hasUniqueValue: name === 'hs_object_id' || (type === 'contacts' && name === 'email'),
      hubspotDefined: true,
      createdAt: at,
      updatedAt: at,
    })
  }
  return properties
}

/** Types whose unknown property names are refused; engagements take any. */
export function checksProperties(type: ObjectType): boolean {
  return ROWS[type] !== undefined
}
