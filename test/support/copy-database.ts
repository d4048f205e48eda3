import { randomUUID } from 'node:crypto'
import { APP_ROLE, type Database, openDatabase, openPool } from '#db/database.ts'
import { createDatabase } from './with-database.ts'

/** A database that can be copied and opened again: what a backup and its restore are to whoever uses them. */
export interface CopyDatabase {
  readonly name: string
  readonly db: Database
  close(): Promise<void>
}

/** A database made from the template (or a backup) `from`, with a pool as the app. */
export async function openCopy(adminUrl: string, from: string): Promise<CopyDatabase> {
  const name = await backUp(adminUrl, from)
  return openNamed(adminUrl, name)
}

/** Copies a database nobody is connected to; gives the copy's name. */
export async function backUp(adminUrl: string, from: string): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await createDatabase(adminUrl, name, from)
  return name
}

export function openNamed(adminUrl: string, name: string): CopyDatabase {
  const url = adminUrl.replace(/\/postgres$/, `/${name}`)
  const db = openDatabase(openPool({ url, size: 5, role: APP_ROLE, name: 'stagecue-test' }))
  return { name, db, close: () => db.destroy() }
}
