import { writeFile } from 'node:fs/promises'
import { describeApi } from './openapi/describe-api.ts'

/** Writes `docs/openapi.json` from the app itself; a test fails when the file is older than the routes. */
await writeFile('docs/openapi.json', await describeApi())
console.log('docs/openapi.json written')
