import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { pauseRunning } from '#modules/enrollments/pause-running.ts'
import { resumeReturned } from '#modules/enrollments/resume-returned.ts'
import { moveOne } from '#modules/version-moves/move-one.ts'
import { insertMove, listOutlines, lockMoving } from '#modules/version-moves/repository.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { useSending } from '#test/backend/steps/use-sending.ts'
import { type EnrolledContact, email, wait } from '#test/support/sending.ts'
import { untilSomebodyWaits } from '#test/support/until-somebody-waits.ts'
import { useMoves } from './use-moves.ts'

const { clock, start, url } = useSending()

const V1: Step[] = [email('one'), wait('w', 3), email('two')]

async function world() {
  const sending = await start({ steps: V1 })
  const { deps, portalId, sequenceId } = sending
  const { admin, publishes, versionOf } = useMoves(sending)
  const contact = await sending.enroll()
  await sending.drain()
  await publishes(2, { steps: [...V1, email('three')] })
  /** Moves the enrollment in a transaction that does not commit before somebody waits for it. */
  const movesWhile = async <T>({ enrollmentId }: EnrolledContact, change: () => Promise<T>): Promise<T> => {
    let changing: Promise<T> | undefined
    await inPortal(deps.db, portalId, async (trx) => {
      const move = { id: deps.ids(), sequenceId, toVersion: 2 }
      await insertMove(trx, portalId, move, deps.clock(), null)
      await lockMoving(trx, portalId, { sequenceId, version: 2, id: enrollmentId })
      changing = change()
      await untilSomebodyWaits(url)
      await moveOne(deps, trx, admin, move, enrollmentId, await listOutlines(trx, portalId, sequenceId))
    })
    expect(await versionOf(enrollmentId)).toMatchObject({ version: 2 })
    return changing as Promise<T>
  }
  const pauses = (until: Temporal.Instant) =>
    inPortal(deps.db, portalId, (trx) =>
      pauseRunning(deps, trx, admin, contact.enrollmentId, { reason: 'out_of_office', until }),
    )
  const status = async () => (await sending.enrollment(contact.enrollmentId)).status
  return { sending, contact, movesWhile, pauses, status }
}

test('a rep who stops a contact while its enrollment is moved stops it', async () => {
  const { sending, contact, movesWhile, status } = await world()
  await movesWhile(contact, () => sending.steer(contact, 'stop'))
  expect(await status()).toBe('stopped')
})

test('a contact who says that they are away while their enrollment is moved is paused', async () => {
  const { contact, movesWhile, pauses, status } = await world()
  expect(await movesWhile(contact, () => pauses(clock.read().add({ hours: 48 })))).toBe(true)
  expect(await status()).toBe('paused')
})

test('a contact who is back while their enrollment is moved is resumed', async () => {
  const { sending, contact, movesWhile, pauses, status } = await world()
  await pauses(clock.read().add({ hours: 48 }))
  clock.passes({ hours: 49 })
  await movesWhile(contact, () => resumeReturned(sending.deps, sending.portalId - 1))
  expect(await status()).toBe('active')
})
