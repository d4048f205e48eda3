import { join } from 'node:path'
import { buildExtensions } from './build-extensions.ts'
import { checkOrigins } from './check-origins.ts'
import { checkProject } from './check-project.ts'
import { lintExtensions } from './lint-extensions.ts'

const ROOT = join(import.meta.dirname, '..')

// What can be said about the HubSpot project without HubSpot. One line per check; a failed one is followed by its reasons.
const CHECKS: [name: string, check: () => Promise<string[]>][] = [
  ['HubSpot project parses and fits the schemas, for each profile', () => checkProject(ROOT)],
  ['All our addresses share one origin', async () => checkOrigins(join(ROOT, 'hubspot-project'))],
  ['HubSpot’s rules for UI extensions hold', () => lintExtensions(ROOT, 'hubspot-project')],
  ['Extensions build with HubSpot’s build', checkBuild],
]

async function checkBuild(): Promise<string[]> {
  const built = await buildExtensions({ outDir: join(ROOT, 'dist/extensions') })
  return built.length === 0 ? ['There is nothing to build.'] : []
}

let failed = false
for (const [name, check] of CHECKS) {
  let problems: string[]
  try {
    problems = await check()
  } catch (error) {
    problems = [error instanceof Error ? error.message : String(error)]
  }
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}`)
  for (const problem of problems) console.log(`       ${problem}`)
  failed ||= problems.length > 0
}
process.exitCode = failed ? 1 : 0
