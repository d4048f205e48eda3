import type { PropertyDefinition, PropertyGroup } from '#hubspot/properties-ensure.ts'
import { RECORD_STATUS } from '#shared/vocabulary.ts'

/**
 * What lists and workflows of the account may rely on: names and values are fixed, new ones may be added, none is renamed
 * (behaviors MP-24 to MP-30). Contacts and deals carry the same four.
 */
export const STATUS_PROPERTIES = [
  {
    name: 'stagecue_status',
    label: 'Stagecue status',
    description: 'Where this record stands in its e-mail sequences. Written by Stagecue.',
    type: 'enumeration',
    fieldType: 'select',
    options: Object.entries(RECORD_STATUS).map(([value, label]) => ({ value, label })),
  },
  {
    name: 'stagecue_sequence',
    label: 'Stagecue sequence',
    description: 'The sequence the status is about. Written by Stagecue.',
    type: 'string',
    fieldType: 'text',
  },
  {
    name: 'stagecue_next_step_at',
    label: 'Stagecue next step',
    description: 'When the next step is planned; empty when none is. Written by Stagecue.',
    type: 'datetime',
    fieldType: 'date',
  },
  {
    name: 'stagecue_last_sent_at',
    label: 'Stagecue last e-mail sent',
    description: 'When the last e-mail of a sequence was sent. Written by Stagecue.',
    type: 'datetime',
    fieldType: 'date',
  },
] as const satisfies readonly PropertyDefinition[]

export type StatusValues = Record<(typeof STATUS_PROPERTIES)[number]['name'], string>

export const STATUS_GROUP: PropertyGroup = { name: 'stagecue', label: 'Stagecue' }

/**
 * Without these HubSpot takes neither the definitions nor the values (HubSpot docs, scopes). They are optional: everything
 * else works without them.
 */
export const STATUS_SCOPES = [
  'crm.objects.contacts.write',
  'crm.objects.deals.write',
  'crm.schemas.contacts.write',
  'crm.schemas.deals.write',
] as const
