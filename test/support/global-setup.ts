import type { TestProject } from 'vitest/node'
import { migrate } from '#db/migrate.ts'
import { startTestPostgres } from './test-postgres.ts'
import { createDatabase, dropDatabase } from './with-database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { adminUrl: string; template: string }
  }
}

/** One Postgres for the run, one migrated template in it; each test file clones the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTestPostgres()
  const adminUrl = postgres.url('postgres')
  const template = `template_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  await createDatabase(adminUrl, template)
  await migrate(postgres.url(template))
  project.provide('postgres', { adminUrl, template })
  return async () => {
    await dropDatabase(adminUrl, template)
    await postgres.stop()
  }
}
