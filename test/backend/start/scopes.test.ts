import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { OPTIONAL_SCOPES } from '#modules/installations/optional-scopes.ts'
import { SCOPES } from '../../../backend/src/make-deps.ts'

test('the server asks for exactly the scopes that the HubSpot app declares', () => {
  const app = JSON.parse(readFileSync('hubspot-project/app/app-hsmeta.json', 'utf8'))
  expect([...SCOPES].sort()).toEqual([...app.config.auth.requiredScopes].sort())
  expect([...OPTIONAL_SCOPES].sort()).toEqual([...app.config.auth.optionalScopes].sort())
})
