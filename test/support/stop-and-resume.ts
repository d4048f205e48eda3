import type { Database } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { allowSending } from '#modules/limits/allow-sending.ts'
import { stopSending } from '#modules/limits/stop-sending.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { Sending } from './sending.ts'
import type { SmtpServer } from './smtp-server.ts'

/** What a run came to: how often each recipient's mail was accepted, and how much was sent while sending was stopped. */
export interface StopAndResume {
  readonly rounds: number
  readonly accepted: readonly number[]
  /** Contents that began after a stop was committed, beyond those whose gate was open already. */
  readonly afterStops: number
}

const STOP = { sequenceId: null, mails: 'all', cause: 'person', reason: 'a drill.' } as const
/** A worker has this many mails on their way at most, and their gates may be open when the stop comes. */
const ON_THEIR_WAY = 10

/**
 * Enrolls `recipients` people, then stops and resumes sending `rounds` times in the middle of batches, every other time with
 * the worker asked to end as well; then lets all go.
 */
export async function stopAndResume(
  { db, server }: { db: Database; server: SmtpServer },
  sending: Sending,
  { recipients, rounds }: { recipients: number; rounds: number },
): Promise<StopAndResume> {
  const contacts = []
  for (let one = 0; one < recipients; one++) contacts.push(await sending.enroll())
  const every = Math.max(1, Math.floor(recipients / rounds))
  let afterStops = 0
  let stops = 0
  for (let round = 0; round < rounds; round++) {
    const ending = new AbortController()
    let asked = 0
    let begunAtStop: number | undefined
    server.before('data', async () => {
      if (++asked !== every) return
      await inPortal(db, sending.portalId, (trx) => stopSending(sending.deps, trx, sending.portal, STOP))
      stops++
      begunAtStop = server.bodiesBegun
      if (round % 2 === 1) ending.abort()
    })
    await passes({ ...sending, deps: { ...sending.deps, stopping: ending.signal } })
    server.clear()
    if (begunAtStop !== undefined) afterStops += Math.max(0, server.bodiesBegun - begunAtStop - ON_THEIR_WAY)
    await inPortal(db, sending.portalId, (trx) => allowSending(sending.deps, trx, sending.portal, STOP))
  }
  await passes(sending)
  const counts = Map.groupBy(
    server.accepted.flatMap((mail) => mail.recipients),
    (recipient) => recipient,
  )
  return { rounds: stops, accepted: contacts.map(({ email }) => counts.get(email)?.length ?? 0), afterStops }
}

/** Until nothing is due any more; a stopped worker gives back what it claimed, so that alone is no end. */
async function passes({ deps, portalId }: Sending): Promise<void> {
  for (;;) {
    const served = await sendDueSteps(deps, portalId - 1, deps.readSendFacts)
    if (served?.portalId !== portalId || served.handled === 0 || deps.stopping.aborted) return
  }
}
