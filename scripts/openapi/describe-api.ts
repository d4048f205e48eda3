import { randomBytes } from 'node:crypto'
import { buildApp } from '#app'
import { readConfig } from '#config'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { INTAKE_ROLE } from '#modules/events/intake-repository.ts'
import { openLog } from '#observe/open-log.ts'
import { makeDeps } from '../../backend/src/make-deps.ts'

/** The OpenAPI document of the real app, as text. Connects to nothing: the app is built and never asked for anything else. */
export async function describeApi(): Promise<string> {
  const url = 'postgres://nobody@127.0.0.1:1/none'
  const config = readConfig({
    PUBLIC_URL: 'https://stagecue.example.com',
    HUBSPOT_CLIENT_ID: 'none',
    HUBSPOT_CLIENT_SECRET: 'none',
    HUBSPOT_APP_ID: '1',
    DATABASE_URL: url,
    TOKEN_KEYS: `none:${randomBytes(32).toString('base64url')}`,
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_DOMAIN: 'mail.example.com',
  })
  const log = openLog({ level: 'fatal', pretty: false })
  const appPool = openPool({ url, size: 1, role: APP_ROLE, name: 'stagecue-openapi' })
  const intake = openPool({ url, size: 1, role: INTAKE_ROLE, name: 'stagecue-openapi' })
  const connections = { url, appPool, db: openDatabase(appPool), intake, close: async () => {} }
  const { deps, oauth, close } = await makeDeps(config, connections, log)
  const app = await buildApp({
    deps,
    web: { ...config.hubspot, oauth, intake: { intake, soon: setImmediate, onStored: () => {} } },
    readiness: { check: async () => undefined },
  })
  try {
    const { body } = await app.inject({ method: 'GET', url: '/openapi.json' })
    return `${JSON.stringify(JSON.parse(body), null, 2)}\n`
  } finally {
    await app.close()
    await close()
    await Promise.all([appPool.end(), intake.end()])
  }
}
