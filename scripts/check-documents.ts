import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Documents stay true: every path of ours that a document names in backticks or links to must exist, and every `npm run`
 * it tells people to type must be a script.
 */
const scripts = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts)
const ROOTS = /^(backend|shared|hubspot-project|test|docs|scripts)\//
const faults: string[] = []

for (const file of ['README.md', 'CHANGELOG.md', ...globSync('docs/**/*.md'), ...globSync('test/**/README.md')]) {
  if (!existsSync(file)) {
    faults.push(`${file} is missing`)
    continue
  }
  const text = readFileSync(file, 'utf8')
  for (const [, name] of text.matchAll(/`([^`\s]+)`/g)) {
    const named = name?.replace(/[,.:]$/, '') ?? ''
    if (ROOTS.test(named) && !/[*<{$…]/.test(named) && !existsSync(named))
      faults.push(`${file} names ${named}, which does not exist`)
  }
  for (const [, link] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
    if (link && !existsSync(path.join(path.dirname(file), link)))
      faults.push(`${file} links to ${link}, which does not exist`)
  }
  for (const [, script] of text.matchAll(/npm run ([a-z][\w:-]*)/g)) {
    if (script && !scripts.includes(script)) faults.push(`${file} says "npm run ${script}", which is no script`)
  }
}

for (const fault of faults) console.error(fault)
console.log(
  faults.length === 0 ? 'documents: every path, link and command exists' : `documents: ${faults.length} wrong`,
)
process.exit(faults.length === 0 ? 0 : 1)
