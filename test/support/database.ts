import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, inject } from 'vitest'
import { APP_ROLE, type Database, openDatabase, openPool } from '#db/database.ts'
import { createDatabase, dropDatabase } from './with-database.ts'

export interface TestDatabase {
  /** As the app: the role that owns nothing. */
  readonly db: Database
  /** The owner's URL, for what a test checks behind the wall. */
  readonly url: string
}

/** A database of its own for this test file, cloned from the migrated template; dropped at the end. */
export function useDatabase(options: { connections?: number } = {}): TestDatabase {
  const { adminUrl, template } = inject('postgres')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const url = adminUrl.replace(/\/postgres$/, `/${name}`)
  const db = openDatabase(openPool({ url, size: options.connections ?? 10, role: APP_ROLE, name: 'stagecue-test' }))
  beforeAll(() => createDatabase(adminUrl, name, template))
  afterAll(async () => {
    await db.destroy()
    await dropDatabase(adminUrl, name)
  })
  return { db, url }
}
