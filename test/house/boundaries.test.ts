import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'

/** Each planted violation must be caught by the linter, or the boundary is only a wish. */
const VIOLATIONS: readonly { boundary: string; file: string; line: string }[] = [
  {
    boundary: 'core knows no module',
    file: 'backend/src/core/planted.ts',
    line: "import '#modules/events/repository.ts'",
  },
  { boundary: 'core knows no HubSpot', file: 'backend/src/core/planted.ts', line: "import '#hubspot/hubspot.ts'" },
  { boundary: 'shared knows no backend', file: 'shared/planted.ts', line: "import '#core/errors.ts'" },
  { boundary: 'db knows no module', file: 'backend/src/db/planted.ts', line: "import '#modules/events/repository.ts'" },
  {
    boundary: 'an adapter knows no module',
    file: 'backend/src/hubspot/planted.ts',
    line: "import '#modules/events/repository.ts'",
  },
  { boundary: 'mail knows no route', file: 'backend/src/mail/planted.ts', line: "import '#http/error-handler.ts'" },
  {
    boundary: 'a verb knows no HTTP',
    file: 'backend/src/modules/planted/plant.ts',
    line: "import '#http/error-handler.ts'",
  },
  { boundary: 'a verb writes no SQL', file: 'backend/src/modules/planted/plant.ts', line: "import 'kysely'" },
  {
    boundary: "a module calls another's verbs, not its repository",
    file: 'backend/src/modules/planted/plant.ts',
    line: "import '#modules/events/repository.ts'",
  },
  {
    boundary: 'across folders nobody uses ../',
    file: 'backend/src/modules/planted/plant.ts',
    line: "import '../events/read-event.ts'",
  },
  {
    boundary: 'a route calls no repository',
    file: 'backend/src/modules/planted/routes.ts',
    line: "import './repository.ts'",
  },
  {
    boundary: 'a repository only speaks SQL',
    file: 'backend/src/modules/planted/repository.ts',
    line: "import '#hubspot/hubspot.ts'",
  },
  {
    boundary: 'a repository calls no verb',
    file: 'backend/src/modules/planted/repository.ts',
    line: "import '#modules/events/read-event.ts'",
  },
]

const created: string[] = []
afterEach(() => {
  for (const file of created.splice(0)) rmSync(file, { force: true, recursive: true })
})

test('every planted boundary violation is caught', () => {
  const planted = VIOLATIONS.map(({ file, line }, index) => {
    const target = file.replace('plant', `plant${index}-`)
    const folder = path.dirname(target)
    created.push(folder.includes('plant') ? folder : target)
    mkdirSync(folder, { recursive: true })
    writeFileSync(target, `${line}\n`)
    return { target, line }
  })
  const caught = lint(planted.map(({ target }) => target))
  for (const { target, line } of planted) expect.soft(caught, line).toContain(target)
}, 60_000)

/** The files with a forbidden import. */
function lint(files: string[]): string[] {
  try {
    const flags = [
      'lint',
      '--vcs-enabled=false',
      '--reporter=json',
      '--max-diagnostics=none',
      '--only=style/noRestrictedImports',
    ]
    return readReport(
      execFileSync('node_modules/.bin/biome', [...flags, ...files], { encoding: 'utf8', stdio: 'pipe' }),
    )
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? readReport(String(error.stdout)) : []
  }
}

function readReport(json: string): string[] {
  const report: { diagnostics: { location: { path: string | { file: string } } }[] } = JSON.parse(json)
  return report.diagnostics.map(({ location }) =>
    typeof location.path === 'string' ? location.path : location.path.file,
  )
}
