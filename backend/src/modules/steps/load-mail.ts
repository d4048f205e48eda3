import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { readChoices } from '#modules/senders/read-choices.ts'
import { chooseWriter } from './choose-writer.ts'
import { selectEarlierMails } from './earlier-mails-repository.ts'
import type { MailToRender, RenderSurroundings } from './render-step.ts'
import { selectLabels, selectPortalState, selectRunStates } from './state-repository.ts'
import { withWords } from './with-words.ts'

/** One run's mail with all that fills it, as we know it now. Throws `not_found`. */
export async function loadMail(
  deps: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
  run: { readonly id: string; readonly enrollmentId: string },
): Promise<{ mail: MailToRender; surroundings: RenderSurroundings }> {
  const [stored] = await selectRunStates(trx, portalId, [run.id])
  const portal = await selectPortalState(trx, portalId)
  if (!stored || !portal) throw new AppError('not_found', 'There is no such step. Reload the card.')
  const { state } = withWords(portalId, run.enrollmentId, stored)
  const continues = state.step?.kind === 'email' && !state.step.subject.trim()
  const asked = continues ? [{ runId: run.id, enrollmentId: run.enrollmentId, again: null }] : []
  const earlier = (await selectEarlierMails(trx, portalId, asked)).get(run.id) ?? []
  const senders = await readChoices(deps, trx, portalId)
  const writer = chooseWriter(deps.settings, portalId, { portal, senders }, { state, told: undefined })
  const sender = 'held' in writer ? writer : writer.sender
  return {
    mail: { state, told: undefined, earlier },
    surroundings: { portal, sender, labels: await selectLabels(trx, portalId) },
  }
}
