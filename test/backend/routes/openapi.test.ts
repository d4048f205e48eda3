import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeApi } from '../../../scripts/openapi/describe-api.ts'

test('docs/openapi.json is what the app says; npm run openapi writes it', async () => {
  const file = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8')
  expect(file).toBe(await describeApi())
})
