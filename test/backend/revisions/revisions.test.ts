import { expect, test } from 'vitest'
import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import { saveAdmins } from '#modules/admins/save-admins.ts'
import { getHubSpotMail } from '#modules/hubspot-mail/get-hubspot-mail.ts'
import { saveHubSpotMail } from '#modules/hubspot-mail/save-hubspot-mail.ts'
import { completeInstall } from '#modules/installations/complete-install.ts'
import { getConnection } from '#modules/installations/get-connection.ts'
import { getRules } from '#modules/limits/get-rules.ts'
import { saveRules } from '#modules/limits/save-rules.ts'
import { listMappings } from '#modules/mappings/list-mappings.ts'
import { removeMapping } from '#modules/mappings/remove-mapping.ts'
import { saveMapping } from '#modules/mappings/save-mapping.ts'
import { linkOwner } from '#modules/owners/link-owner.ts'
import { listOwners } from '#modules/owners/list-owners.ts'
import { listPlaces } from '#modules/places/list-places.ts'
import { savePlaces } from '#modules/places/save-places.ts'
import { getSender } from '#modules/sender/get-sender.ts'
import { saveSender } from '#modules/sender/save-sender.ts'
import { addSender } from '#modules/senders/add-sender.ts'
import { changeSender } from '#modules/senders/change-sender.ts'
import { chooseDefault } from '#modules/senders/choose-default.ts'
import { listSenders } from '#modules/senders/list-senders.ts'
import { saveDomain } from '#modules/senders/save-domain.ts'
import { getSettings } from '#modules/settings/get-settings.ts'
import { hasPipeline, hasSequence, newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })
const key = () => ({ idempotencyKey: newKey() })
/** A change made on a revision; undefined: by a page that knows of none. */
const madeOn = (revision: number | undefined) => ({ ...key(), ...(revision === undefined ? {} : { revision }) })

/** One kind of setting: how it is read, and how one of two admins changes it. */
interface Kind {
  readonly kind: string
  read(portal: PortalContext): Promise<number>
  change(portal: PortalContext, seen: number | undefined, whose: 'one' | 'two'): Promise<unknown>
}

const STAGE = { pipelineId: 'sales', stageId: 'booked' }
const LIMITS = { contactHours: 0, companyMinutes: 0, sensibleHours: 24 }
const NO_SERVERS = { server: null, mailbox: null, rampUp: null }

const KINDS: readonly Kind[] = [
  {
    kind: 'the limits',
    read: async (portal) => (await getRules(deps, portal)).revision,
    change: (portal, revision, whose) =>
      saveRules(deps, portal, { ...LIMITS, portalPerDay: whose === 'one' ? 100 : 200, ...madeOn(revision) }),
  },
  {
    kind: 'the list of admins',
    read: async (portal) => (await getSettings(deps, portal, getConnection)).access.revision,
    change: (portal, revision, whose) =>
      saveAdmins(deps, portal, { emails: ['admin@example.com', `${whose}@example.com`], ...madeOn(revision) }),
  },
  {
    kind: 'the places',
    read: async (portal) => (await listPlaces(deps, portal)).revision,
    change: (portal, revision, whose) =>
      savePlaces(deps, portal, { places: [{ id: whose, name: whose }], ...madeOn(revision) }),
  },
  {
    kind: 'the account’s sender',
    read: async (portal) => (await getSender(deps, portal)).revision,
    change: (portal, revision, whose) =>
      saveSender(deps, portal, {
        ...{ fromName: whose, replyTo: 'ada@example.com', postalAddress: '' },
        ...madeOn(revision),
      }),
  },
  {
    kind: 'a sender',
    read: async (portal) => (await listSenders(deps, portal)).senders[0]?.revision ?? -1,
    async change(portal, revision, whose) {
      const account = (await listSenders(deps, portal)).senders[0]
      const { id = '', fromName = '', replyTo = '' } = account ?? {}
      const same = { fromName, replyTo, dailyCap: 0, active: true, ...NO_SERVERS }
      return changeSender(deps, portal, id, { ...same, signature: whose, ...madeOn(revision) })
    },
  },
  {
    kind: 'the default sender',
    read: async (portal) => (await listSenders(deps, portal)).defaultRevision,
    async change(portal, revision, whose) {
      const { senders } = await listSenders(deps, portal)
      const chosen = senders.find(({ address }) => address === `${whose}@acme.example`)
      return chooseDefault(deps, portal, chosen?.id ?? '', madeOn(revision))
    },
  },
  {
    kind: 'the cap of a domain',
    read: async (portal) => (await listSenders(deps, portal)).domains[0]?.revision ?? -1,
    change: (portal, revision, whose) =>
      saveDomain(deps, portal, {
        ...{ domain: 'mail.example.com', dailyCap: whose === 'one' ? 100 : 200 },
        ...madeOn(revision),
      }),
  },
  {
    kind: 'the sender of an owner',
    read: async (portal) => (await listOwners(deps, portal)).owners[0]?.revision ?? -1,
    change: (portal, revision, whose) =>
      linkOwner(deps, portal, '71', { link: whose === 'one' ? 'none' : 'match', ...madeOn(revision) }),
  },
  {
    kind: 'what HubSpot is told of mails',
    read: async (portal) => (await getHubSpotMail(deps, portal)).revision,
    change: (portal, revision) =>
      saveHubSpotMail(deps, portal, {
        ...{ subscriptionId: null, writeOptOuts: 'off', logMails: false },
        ...madeOn(revision),
      }),
  },
  {
    kind: 'a mapping',
    read: async (portal) => (await listMappings(deps, portal))[0]?.revision ?? 0,
    async change(portal, revision, whose) {
      const { id } = await sequenceOf(portal)
      return saveMapping(deps, portal, { ...STAGE, sequenceId: id, active: whose === 'one', ...madeOn(revision) })
    },
  },
]

const sequences = new Map<number, ReturnType<typeof hasSequence>>()

async function open(): Promise<PortalContext> {
  const portal = person(await newPortal(db, clock))
  await hasPipeline(db, portal.portalId)
  sequences.set(portal.portalId, hasSequence(deps, portal))
  await sequences.get(portal.portalId)
  for (const whose of ['one', 'two']) {
    const sender = { address: `${whose}@acme.example`, fromName: whose, replyTo: '', signature: '', dailyCap: 0 }
    await addSender(deps, portal, { ...sender, active: true, ...NO_SERVERS, ...key() })
  }
  const { portalId } = portal
  const owner = { portalId, ownerId: '71', name: 'Ada', email: 'ada@acme.example', archived: false }
  await inPortal(db, portalId, (trx) => trx.insertInto('owners').values(owner).execute())
  return portal
}

async function sequenceOf({ portalId }: PortalContext) {
  const sequence = await sequences.get(portalId)
  if (!sequence) throw new Error('no such portal')
  return sequence
}

test.each(KINDS)('of two admins who change $kind at once one is told', async ({ read, change }) => {
  const portal = await open()
  const seen = await read(portal)
  const both = await Promise.allSettled([change(portal, seen, 'one'), change(portal, seen, 'two')])
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(both.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'outdated' } }])
  expect(await read(portal)).toBe(seen + 1)
})

test.each(KINDS)('$kind as somebody else left it is not overwritten, and says since when', async ({ read, change }) => {
  const portal = await open()
  const other = await open()
  const seen = await read(portal)
  await change(portal, seen, 'one')
  clock.passes({ minutes: 5 })
  const stale = change(portal, seen, 'two')
  await expect(stale).rejects.toMatchObject({ code: 'outdated', status: 409 })
  await expect(stale).rejects.toThrow(
    /^Somebody changed this at \d{4}-\d\d-\d\d \d\d:\d\d \(.+\): look at the new values/,
  )
  // A page that knows of no revisions is one that has not seen the change.
  await expect(change(portal, undefined, 'two')).rejects.toMatchObject({ code: 'outdated' })
  await change(portal, await read(portal), 'two')
  expect(await read(portal)).toBe(seen + 2)
  // Another portal's count is its own.
  await expect(change(other, 1, 'one')).rejects.toMatchObject({ code: 'outdated' })
  await change(other, undefined, 'one')
})

test('a change whose answer was lost gives it again, though the setting has moved on by its own doing', async () => {
  const portal = await open()
  const change = { ...LIMITS, portalPerDay: 100, revision: 0, ...key() }
  const first = await saveRules(deps, portal, change)
  expect(await saveRules(deps, portal, change)).toEqual(first)
  expect(await getRules(deps, portal)).toMatchObject({ portalPerDay: 100, revision: 1 })
})

test('a mapping that somebody removed is not brought back by who still sees it, nor is its successor taken for it', async () => {
  const portal = await open()
  const { id } = await sequenceOf(portal)
  const save = (revision: number) =>
    saveMapping(deps, portal, { ...STAGE, sequenceId: id, active: true, revision, ...key() })
  await save(0)
  await removeMapping(deps, portal, { ...STAGE, revision: 1, ...key() })
  await expect(save(1)).rejects.toMatchObject({ code: 'outdated' })
  expect(await listMappings(deps, portal)).toEqual([])
  await save(0)
  await expect(save(1)).rejects.toMatchObject({ code: 'outdated' })
  await expect(removeMapping(deps, portal, { ...STAGE, revision: 1, ...key() })).rejects.toMatchObject({
    code: 'outdated',
  })
  expect(await listMappings(deps, portal)).toMatchObject([{ revision: 3 }])
})

test('who has the list of admins open does not take off whom a new connection put on it', async () => {
  const portal = await open()
  await saveAdmins(deps, portal, { emails: ['admin@example.com'], ...key() })
  const grant = { accessToken: 'a', refreshToken: 'r', expiresInSeconds: 1800, scopes: [], accountName: null }
  const vault = { ...deps.vault, seal: async () => 'sealed' }
  await completeInstall({ ...deps, vault }, person(portal.portalId, 'new@example.com', '8'), {
    ...grant,
    ...{ uiDomain: 'app.hubspot.com', timeZone: null },
  })
  await expect(
    saveAdmins(deps, portal, { emails: ['admin@example.com'], revision: 1, ...key() }),
  ).rejects.toMatchObject({ code: 'outdated' })
  expect((await getSettings(deps, portal, getConnection)).access.admins).toContain('new@example.com')
})
