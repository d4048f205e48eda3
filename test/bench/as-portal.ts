import type pg from 'pg'
import { APP_ROLE } from '#db/database.ts'

/** Runs statements behind the wall, as the app in one portal: the owner would be refused by it (force row level security). */
export async function asPortal(owner: pg.Client, portalId: number, work: () => Promise<void>): Promise<void> {
  await owner.query(`set app.portal_id = '${portalId}'`)
  await owner.query(`set role ${APP_ROLE}`)
  await work()
  await owner.query('reset role')
}
