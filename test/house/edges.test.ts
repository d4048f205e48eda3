import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const files = globSync('backend/src/**/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }))

/** Words that read time, randomness, the environment or make a timer; and the files at the edge that may. */
const EDGES: readonly { name: string; pattern: RegExp; allowed: readonly string[] }[] = [
  {
    name: 'the clock',
    pattern: /Date\.now\(|new Date\(\)|Temporal\.Now|performance\.now|process\.hrtime/,
    allowed: ['backend/src/core/clock.ts', 'backend/src/main.ts'],
  },
  {
    name: 'timers',
    pattern: /\bset(Timeout|Interval|Immediate)\(/,
    allowed: ['backend/src/core/clock.ts', 'backend/src/main.ts'],
  },
  {
    name: 'randomness',
    pattern: /Math\.random|randomUUID|randomBytes|getRandomValues|randomInt/,
    // config.ts tells people how to make a key.
    allowed: ['backend/src/core/ids.ts', 'backend/src/config.ts'],
  },
  { name: 'the environment', pattern: /process\.env/, allowed: ['backend/src/main.ts'] },
  { name: 'the global fetch', pattern: /(?<![.\w])fetch\(/, allowed: [] },
  { name: 'console', pattern: /console\./, allowed: ['backend/src/config.ts'] },
]

test.each(EDGES)('only the edge reads $name', ({ pattern, allowed }) => {
  const found = files
    .filter(({ file, text }) => pattern.test(withoutComments(text)) && !allowed.includes(file))
    .map(({ file }) => file)
  expect(found).toEqual([])
})

test('no statement asks the database for the time or for randomness', () => {
  const pattern = /\b(now\(\)|current_timestamp|clock_timestamp\(\)|gen_random_uuid\(\)|random\(\))/i
  const sqlFiles = files.filter(({ file }) => /repository\.ts$|\/db\//.test(file) && !file.includes('/db/embedded/'))
  const found = sqlFiles.filter(({ text }) => pattern.test(withoutComments(text))).map(({ file }) => file)
  expect(found).toEqual([])
})

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1')
}
