import type { Generated } from 'kysely'
import type { Moment } from './column.ts'

export interface SettingRevisionsTable {
  portalId: number
  setting: string
  subject: string
  revision: number
  removed: Generated<boolean>
  changedAt: Moment
}
