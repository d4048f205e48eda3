import { sql } from 'kysely'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { getHubSpotMail } from '#modules/hubspot-mail/get-hubspot-mail.ts'
import { MAIL_RECORD_SCOPES, OPT_OUT_SCOPES } from '#modules/hubspot-mail/mail-scopes.ts'
import { saveHubSpotMail } from '#modules/hubspot-mail/save-hubspot-mail.ts'
import { writeMailRecords } from '#modules/hubspot-mail/write-mail-records.ts'
import { writeOptOuts } from '#modules/hubspot-mail/write-opt-outs.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { SaveHubSpotMail } from '#shared/contract/hubspot-mail.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { linkVault } from '#test/support/link-vault.ts'
import type { World } from '#test/support/world.ts'
import { goRound } from '#worker/round.ts'

let people = 0

/** A portal with the optional permissions, whose mails the mailer takes without a server. */
export async function openMailPortal(world: World, { db }: TestDatabase) {
  const given = await world.portal()
  const { portalId } = given
  const { sandbox } = world
  const mailer: Deps['mailer'] = {
    async send(_mail, release) {
      const opened = await release()
      return opened ? { kind: 'accepted', response: '250 ok' } : { kind: 'not_sent', reason: 'gate_closed', detail: '' }
    },
    check: async () => undefined,
    close: async () => {},
  }
  const deps: Deps = { ...world.deps, mailer, vault: linkVault }
  await setScopes([...deps.settings.scopes, ...OPT_OUT_SCOPES, ...MAIL_RECORD_SCOPES])
  await given.maps('demo', await given.hasSequence())

  async function setScopes(scopes: string[]): Promise<void> {
    await inPortal(db, portalId, (trx) =>
      trx.updateTable('installations').set({ scopes }).where('portalId', '=', portalId).execute(),
    )
  }
  const query = async <T>(text: string): Promise<T[]> =>
    inPortal(db, portalId, async (trx) => (await sql.raw<T>(text).execute(trx)).rows)
  return {
    ...given,
    deps,
    query,
    setScopes,
    async saves(wanted: Partial<SaveHubSpotMail>) {
      const { revision } = await getHubSpotMail(deps, person(portalId))
      return saveHubSpotMail(deps, person(portalId), {
        ...{ subscriptionId: null, writeOptOuts: 'off', logMails: false, revision, idempotencyKey: newKey() },
        ...wanted,
      })
    },
    /** A deal with one contact, enrolled and, unless `due` is false, mailed. */
    async mails({ due = true } = {}) {
      const email = `person-${++people}@mail.example`
      const { dealId, contactIds } = given.hasDeal('lead', [email])
      given.moves(dealId, 'demo')
      await world.handlesEvents()
      const pass = goRound<Deps>((each, after) => sendDueSteps(each, after), 0)
      if (due) while ((await pass(deps)) > 0);
      const [enrollment] = await given.enrollments(dealId)
      return { email, dealId, contactId: contactIds[0] ?? '', enrollmentId: enrollment?.id ?? '' }
    },
    /** One pass of each queue over this portal, after what gathers has gathered. */
    async writes(using: Deps = deps) {
      world.passes({ seconds: 5 })
      const optOuts = await writeOptOuts(using, portalId - 1, new Set())
      const records = await writeMailRecords(using, portalId - 1, new Set())
      const of = (served: typeof optOuts) => (served?.portalId === portalId ? served.handled : 0)
      return { optOuts: of(optOuts), records: of(records) }
    },
    emails: () => [...(sandbox.state.portals.get(portalId)?.records.get('emails')?.values() ?? [])],
    preferences: (email: string) => sandbox.state.portals.get(portalId)?.preferences.get(email),
    calls: (path: string) => sandbox.journal.find({ portalId }).filter((entry) => entry.path.includes(path)),
  }
}
