import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { useDatabase } from '#test/support/database.ts'

const { db } = useDatabase()

test('the table interfaces name exactly the columns that the database has, and what may be null', async () => {
  const text = [
    'what-we-know',
    'what-we-do',
    'what-we-measure',
    'acts',
    'what-hubspot-is-told',
    'setting-revisions',
    'test-mails',
    'version-moves',
    'what-if',
  ]
    .map((file) => readFileSync(`backend/src/db/tables/${file}.ts`, 'utf8'))
    .join('\n')
  const written = [...text.matchAll(/export interface (\w+)Table \{\n([\s\S]*?)\n\}/g)].flatMap(([, name, body]) =>
    [...(body ?? '').matchAll(/^ {2}(\w+): (.+)$/gm)].map(
      ([, column, type]) => `${snake(name ?? '')}.${snake(column ?? '')}${/\| null/.test(type ?? '') ? ' null' : ''}`,
    ),
  )
  const { rows } = await sql<{ column: string }>`
    select table_name || '.' || column_name || case is_nullable when 'YES' then ' null' else '' end as column
    from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'
  `.execute(db)
  expect(written.toSorted()).toEqual(rows.map((row) => row.column).toSorted())
})

function snake(name: string): string {
  return name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase()
}
