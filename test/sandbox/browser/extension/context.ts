import type { CrmContext, SettingsContext } from '@hubspot/ui-extensions'
import type { Config, ExtensionInfo, Portal } from '../data/types.ts'

const OBJECT_TYPE = { deal: '0-3', contact: '0-1' } as const

export interface RecordId {
  type: keyof typeof OBJECT_TYPE
  id: string
}

/** The context HubSpot hands to a settings page. */
export function createSettingsContext(info: ExtensionInfo, portal: Portal, config: Config): SettingsContext {
  return { ...createBase(info, portal, config), location: 'settings' }
}

/** The context HubSpot hands to a card in the sidebar of a record. */
export function createRecordContext(info: ExtensionInfo, portal: Portal, config: Config, record: RecordId): CrmContext {
  return {
    ...createBase(info, portal, config),
    location: 'crm.record.sidebar',
    crm: { objectId: Number(record.id), objectTypeId: OBJECT_TYPE[record.type] },
  }
}

function createBase(info: ExtensionInfo, portal: Portal, config: Config) {
  const [firstName = '', ...rest] = portal.user.name.split(' ')
  return {
    user: {
      id: Number(portal.user.id),
      email: portal.user.email,
      emails: [portal.user.email],
      firstName,
      lastName: rest.join(' '),
      roles: [],
      teams: [],
      locale: 'en',
      language: 'en',
      permissions: ['integrations-management-write' as const],
    },
    portal: { id: Number(portal.portalId), timezone: config.timezone ?? portal.timeZone ?? 'America/New_York' },
    extension: { appId: config.appId ?? 0, appName: 'Stagecue', cardTitle: info.title },
    ...(config.variables ? { variables: config.variables } : {}),
  }
}
