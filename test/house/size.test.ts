import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** A file this long has more than one subject. */
const LIMIT = 300

const files = globSync('{backend,shared,test,scripts,hubspot-project}/**/*.{ts,tsx}', {
  // The boundary test plants files and takes them away again while this one runs.
  exclude: ['**/node_modules', '**/plant[0-9]*'],
})

test.each([
  ['source', (file: string) => !file.startsWith('test/')],
  ['test', (file: string) => file.startsWith('test/')],
])('every %s file is shorter than 300 lines', (_kind, isOne) => {
  const chosen = files.filter(isOne)
  expect(chosen).not.toEqual([])
  const tooLong = chosen
    .map((file) => ({ file, lines: readFileSync(file, 'utf8').trimEnd().split('\n').length }))
    .filter(({ lines }) => lines >= LIMIT)
  expect(tooLong).toEqual([])
})
