import path from 'node:path'
import { parseArgs } from 'node:util'
import { readDatabaseSettings } from '#config'
import { systemSleep } from '#core/clock.ts'
import { isAppError } from '#core/errors.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { startEmbedded } from '#db/embedded/start.ts'
import { explainDeal } from '#modules/explanations/explain-deal.ts'

const USAGE = 'Usage: npm run explain -- --portal <HubSpot account id> --deal <deal id>'

/** Prints the whole story of a deal. Reads only; uses the running app's database beside it. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { portal: { type: 'string' }, deal: { type: 'string' } } })
  if (!/^[1-9][0-9]{0,15}$/.test(values.portal ?? '') || !/^[1-9][0-9]{0,18}$/.test(values.deal ?? '')) {
    console.error(USAGE)
    process.exit(2)
  }
  const settings = readDatabaseSettings(process.env)
  const embedded = settings.databaseUrl
    ? undefined
    : await startEmbedded({
        dir: path.join(settings.dataDir, 'postgres'),
        sleep: systemSleep,
        log: silentLog,
        secrets: systemSecrets,
      })
  const db = openDatabase(
    openPool({ url: settings.databaseUrl ?? embedded?.url() ?? '', size: 1, role: APP_ROLE, name: 'stagecue-explain' }),
  )
  try {
    for (const line of await explainDeal({ db }, Number(values.portal), values.deal ?? '')) console.log(line)
  } finally {
    await db.destroy()
    await embedded?.stop()
  }
}

main().catch((error: unknown) => {
  console.error(isAppError(error) ? error.message : error)
  process.exit(1)
})
