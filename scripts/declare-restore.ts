import path from 'node:path'
import { readDatabaseSettings } from '#config'
import { systemClock, systemSleep } from '#core/clock.ts'
import { isAppError } from '#core/errors.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { startEmbedded } from '#db/embedded/start.ts'
import { migrate } from '#db/migrate.ts'
import { declareRestore } from '#modules/restores/declare-restore.ts'

/** Run after a restored backup and before any worker starts: mails that were due until now wait for a person's approval. */
async function main(): Promise<void> {
  const settings = readDatabaseSettings(process.env)
  const embedded = settings.databaseUrl
    ? undefined
    : await startEmbedded({
        dir: path.join(settings.dataDir, 'postgres'),
        sleep: systemSleep,
        log: silentLog,
        secrets: systemSecrets,
      })
  const url = settings.databaseUrl ?? embedded?.url() ?? ''
  try {
    // The backup may be of an older version.
    await migrate(url)
    const db = openDatabase(openPool({ url, size: 1, role: APP_ROLE, name: 'stagecue-restored' }))
    try {
      const at = await declareRestore({ db, clock: systemClock })
      console.log(`Mails due before ${at} wait for approval (Stagecue settings, Overview). Workers may start now.`)
    } finally {
      await db.destroy()
    }
  } finally {
    await embedded?.stop()
  }
}

main().catch((error: unknown) => {
  console.error(isAppError(error) ? error.message : error)
  process.exit(1)
})
