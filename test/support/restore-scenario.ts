import { sql } from 'kysely'
import { expect } from 'vitest'
import type { LateMails, LateMailsDecided } from '#shared/contract/limits.ts'
import type { RestorablePostgres } from './restorable-postgres.ts'
import { PORTAL, startThreeMails, type ThreeMails } from './three-mails.ts'

/** How many contacts each group has. */
export interface RestoreGroups {
  /** Their second mail goes out between the backup and the disaster: the backup does not know of it. */
  readonly sent: number
  /** The mail server refuses their second mail for as long as the machine lives: it is really missing. */
  readonly missing: number
  /** Their first mail is with the mail server at the very moment of the backup; the second goes out before the disaster. */
  readonly inTheAir: number
  /** Enrolled, and mailed, after the backup. */
  readonly forgotten: number
}

interface Waiting {
  readonly id: string
  readonly email: string
}

/**
 * A backup is made while mails go out, work goes on, the machine is lost, and ten minutes after the backup it is restored and
 * everything starts again. Expects that nothing is taken twice by the mail server, that all that may have gone out waits with its
 * count, and that after a person has compared it with the mail server's journal exactly what is missing goes out.
 */
export async function runRestoreScenario(postgres: RestorablePostgres, databaseUrl: string, groups: RestoreGroups) {
  const world = await startThreeMails(databaseUrl)
  try {
    const sent = world.enroll(groups.sent)
    await world.rests()
    await world.passes({ minutes: 1 })
    const missing = world.enroll(groups.missing)
    await world.rests()
    await world.passes({ minutes: 1 })
    const { inTheAir, backup } = await backUpWithMailsInTheAir(world, postgres, groups.inTheAir)
    await world.rests()

    const healed = refuse(world, missing)
    await world.passes({ minutes: 6 })
    const forgotten = world.enroll(groups.forgotten)
    await world.rests()
    const each = (addresses: readonly string[]) => [...new Set(world.received(addresses).map(String))]
    const before = [['1,1,0'], ['1,0,0'], ['1,1,0'], ['1,0,0']]
    expect([sent, missing, inTheAir, forgotten].map(each)).toEqual(before)

    await world.killApp()
    await postgres.restore(backup)
    healed()
    await world.time.jump(world.time.read().add({ minutes: 4 }))
    await world.startApp()
    await world.rests()
    await world.passes({ hours: 2 })
    expect([sent, missing, inTheAir, forgotten].map(each)).toEqual(before)
    expect(world.takenTwice()).toEqual([])

    const waiting = await listWaiting(world)
    const count = sent.length + missing.length + inTheAir.length
    expect(waiting.map(({ email }) => email).toSorted()).toEqual([...sent, ...missing, ...inTheAir].toSorted())
    const late = await world.stack.card<LateMails>(PORTAL, 'GET', '/api/late-mails')
    expect(late.count).toBe(count)
    expect(late.mails[0]?.why).toMatch(/^The database was restored from a backup/)
    expect(await countUnconfirmed(world)).toBe(inTheAir.length)

    // The mail server's journal knows what the database has forgotten.
    const isSent = ({ email }: Waiting) => world.received([email])[0]?.[1] === 1
    await decide(world, 'skip', waiting.filter(isSent))
    await decide(
      world,
      'approve',
      waiting.filter((mail) => !isSent(mail)),
    )
    await world.rests()
    await world.passes({ hours: 1 })
    expect([sent, missing, inTheAir, forgotten].map(each)).toEqual([['1,1,1'], ['1,1,1'], ['1,1,1'], ['1,0,0']])
    expect(world.takenTwice()).toEqual([])
    return { accepted: world.stack.sandbox.mail.messages().length, waited: count }
  } finally {
    await world.stop()
  }
}

/** Nothing comes back from the mail server while the backup is made, so the mails are on their way in it. */
async function backUpWithMailsInTheAir(world: ThreeMails, postgres: RestorablePostgres, contacts: number) {
  const { faults } = world.stack.sandbox.mail
  // Long enough for a backup on a busy machine, and shorter than the app waits for an answer.
  const calm = faults.add({ stage: 'dot', kind: 'delay', delayMs: 16_000, accepted: true, times: Infinity })
  const inTheAir = world.enroll(contacts)
  await expect.poll(() => countInTheAir(world), { timeout: 60_000, interval: 50 }).toBe(contacts)
  const backup = await postgres.backUp()
  // Still so: the backup has them as they were.
  expect(await countInTheAir(world)).toBe(contacts)
  calm()
  await expect
    .poll(() => world.received(inTheAir).map(String), { timeout: 60_000 })
    .toEqual(Array(contacts).fill('1,0,0'))
  return { inTheAir, backup }
}

/** The mail server takes nothing for these addresses for now; gives back what ends that. */
function refuse(world: ThreeMails, addresses: readonly string[]): () => void {
  const recipient = new RegExp(`^(${addresses.map((address) => address.replaceAll('.', '\\.')).join('|')})$`)
  return world.stack.sandbox.mail.faults.add({ stage: 'rcpt', kind: 'answer', code: 451, recipient, times: Infinity })
}

async function countInTheAir(world: ThreeMails): Promise<number> {
  const rows = await world.query((db) =>
    db
      .selectFrom('deliveries')
      .where('portalId', '=', PORTAL)
      .where('status', '=', 'sending_data')
      .select('id')
      .execute(),
  )
  return rows.length
}

async function countUnconfirmed(world: ThreeMails): Promise<number> {
  const rows = await world.query((db) =>
    db.selectFrom('stepRuns').where('portalId', '=', PORTAL).where('status', '=', 'unconfirmed').select('id').execute(),
  )
  return rows.length
}

async function listWaiting(world: ThreeMails): Promise<Waiting[]> {
  const { rows } = await world.query((db) =>
    sql<Waiting>`
      select r.id, c.email from step_runs r
      join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
      join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
      where r.portal_id = ${PORTAL} and r.status = 'held'
    `.execute(db),
  )
  return [...rows]
}

let lastKey = 0

async function decide(world: ThreeMails, action: 'approve' | 'skip', mails: readonly Waiting[]): Promise<void> {
  for (let start = 0; start < mails.length; start += 100) {
    const stepRunIds = mails.slice(start, start + 100).map(({ id }) => id)
    const body = { action, stepRunIds, idempotencyKey: `restore-key-${++lastKey}` }
    const answer = await world.stack.card<LateMailsDecided>(PORTAL, 'POST', '/api/late-mails', body)
    expect(answer.decided).toBe(stepRunIds.length)
  }
}
