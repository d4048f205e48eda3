import pg from 'pg'
import { systemSleep } from '#core/clock.ts'

/** Until a transaction of this database waits for a lock of another one. `url`: the owner's, who sees what others wait for. */
export async function untilSomebodyWaits(url: string): Promise<void> {
  const owner = new pg.Client({ connectionString: url })
  await owner.connect()
  try {
    for (let waits = 0; waits === 0; ) {
      await systemSleep(5)
      const { rows } = await owner.query<{ waits: number }>(
        `select count(*)::int as waits from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      waits = rows[0]?.waits ?? 0
    }
  } finally {
    await owner.end()
  }
}
